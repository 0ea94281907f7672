package dev.reliability.testkit.report;

import java.util.List;

/**
 * The drawing of a try, in pixels: what {@link TimelineLayout} has computed, and the template draws.
 *
 * @param width of the drawing
 * @param height of the drawing
 * @param instants from left to right, each with room for what happened in it
 * @param lanes from top to bottom
 * @param items all bars and points
 * @param limits vertical lines
 * @param flags names of the limits
 */
record Timeline(
        int width,
        int height,
        List<Instant> instants,
        List<Lane> lanes,
        List<Item> items,
        List<Limit> limits,
        List<Flag> flags) {
    /** Inside an item, {@code width} is that of the item. */
    int drawingWidth() {
        return width;
    }

    int drawingHeight() {
        return height;
    }

    int lanesWidth() {
        int longest =
                lanes.stream().mapToInt(lane -> lane.label().length()).max().orElse(0);
        return (int) (longest * TimeAxis.CHARACTER) + 2 * TimeAxis.MARGIN;
    }

    /** Events at one instant stand side by side, in their order. */
    record Instant(int x, int width, String label) {
        int textX() {
            return x + TimeAxis.MARGIN;
        }
    }

    /** A thread, or what states and holds are about. */
    record Lane(String name, String label, int y, int height) {
        int labelY() {
            return y + TimelineLayout.ROW / 2 + 4;
        }
    }

    /** A bar, or a point where {@code width} is 0. The label is cut to the room that there is; the title is not. */
    record Item(Shape shape, String tone, int x, int y, int width, String label, String title) {
        int height() {
            return TimelineLayout.BAR;
        }

        int textX() {
            return shape == Shape.BAR ? x + 5 : x + 9;
        }

        int textY() {
            return y + TimelineLayout.BAR / 2 + 4;
        }

        int middleY() {
            return y + TimelineLayout.BAR / 2;
        }

        boolean bar() {
            return shape == Shape.BAR;
        }

        boolean point() {
            return shape == Shape.POINT;
        }

        boolean broken() {
            return shape == Shape.BROKEN;
        }

        boolean gap() {
            return shape == Shape.GAP;
        }
    }

    /** How an item is drawn. */
    enum Shape {
        BAR,
        POINT,
        BROKEN,
        GAP
    }

    /** A limit of a thread, across its lane. */
    record Limit(int x, int y, int height, String label, String title) {
        int bottom() {
            return y + height;
        }
    }

    /** The name of the limits at one place. */
    record Flag(int x, String label) {
        int textX() {
            return x + 3;
        }
    }
}
