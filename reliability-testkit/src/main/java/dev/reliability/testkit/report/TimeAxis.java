package dev.reliability.testkit.report;

import dev.reliability.testkit.report.Moment.Kind;
import dev.reliability.testkit.report.Timeline.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where on the axis each moment stands, in pixels.
 *
 * <p>How it works: in virtual time much happens at one instant, and its order is what matters; between two instants a
 * nanosecond may pass or an hour. So each moment has a slot of its own, the slots of an instant share a band that is labelled
 * with its time, and the gap between two bands grows with the logarithm of the time that passes.
 */
final class TimeAxis {
    static final int MARGIN = 8;
    static final double CHARACTER = 6.7; // of the labels, which are monospaced
    private static final int GAP = 18; // between instants, at least
    private static final int GAP_OF_A_DECADE = 6;
    private static final int SLOT_GAP = 6;
    private static final int NARROWEST_SLOT = 44;
    private static final int WIDEST_SLOT = 104;
    private static final int LABELLED_SLOT = 124; // of what has no bar to hold its label
    private static final int WIDTH_OF_ALL_SLOTS = 960; // as long as slots are neither too narrow nor too wide
    private static final int FAR = 4; // a limit so many times as late as the last moment has no place

    private final List<Instant> instants = new ArrayList<>();
    private final Map<Long, Integer> begins = new HashMap<>(); // where the band of an instant begins
    private final int[] slots; // how wide the slot of each moment is
    private final int[] xs; // where it begins
    private final int right;

    TimeAxis(List<Moment> moments) {
        this.xs = new int[moments.size()];
        int slot = Math.max(NARROWEST_SLOT, Math.min(WIDEST_SLOT, WIDTH_OF_ALL_SLOTS / Math.max(1, moments.size())));
        this.slots =
                moments.stream().mapToInt(moment -> width(moment.kind(), slot)).toArray();
        this.right = placeInstants(widths(moments)) + MARGIN;
        Map<Long, Integer> next = new HashMap<>(begins);
        for (int i = 0; i < xs.length; i++) {
            if (slots[i] > 0) {
                xs[i] = next.merge(moments.get(i).atNanos(), slots[i], Integer::sum) - slots[i] + SLOT_GAP;
            }
        }
    }

    private static int width(Kind kind, int slot) {
        return switch (kind) {
            case LIMIT -> 0; // it is drawn where it is due
            case BROKEN, OMITTED -> Math.max(slot, LABELLED_SLOT);
            default -> slot;
        };
    }

    List<Instant> instants() {
        return instants;
    }

    int right() {
        return right;
    }

    /** Where the slot of a moment begins; past the last one, where the axis ends. */
    int x(int moment) {
        return moment < xs.length ? xs[moment] : right - MARGIN;
    }

    /** Where it ends, with a gap before the next one. */
    int end(int moment) {
        return moment < xs.length ? xs[moment] + slots[moment] - SLOT_GAP : right - MARGIN;
    }

    /** Where an instant begins, if it has a place. */
    OptionalInt begin(long nanos) {
        Integer begin = begins.get(nanos);
        return begin == null ? OptionalInt.empty() : OptionalInt.of(begin);
    }

    /** When a limit is due. */
    static long due(Moment limit) {
        try {
            return Long.parseLong(limit.value());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // a file that was edited: as good as never
        }
    }

    /** How wide the slots of each instant are together; that of a limit may have none. */
    private SortedMap<Long, Integer> widths(List<Moment> moments) {
        SortedMap<Long, Integer> widths = new TreeMap<>();
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] > 0) {
                widths.merge(moments.get(i).atNanos(), slots[i], Integer::sum);
            }
        }
        long last = widths.isEmpty() ? 0 : widths.lastKey();
        for (Moment moment : moments) {
            if (moment.kind() == Kind.LIMIT && due(moment) / FAR < last) {
                widths.putIfAbsent(due(moment), 0);
            }
        }
        return widths;
    }

    private int placeInstants(SortedMap<Long, Integer> widths) {
        int x = MARGIN;
        long before = 0;
        for (Map.Entry<Long, Integer> entry : widths.entrySet()) {
            long time = entry.getKey();
            if (!instants.isEmpty()) {
                x += GAP + (int) (GAP_OF_A_DECADE * Math.log10((double) Math.max(1, time - before)));
            }
            String label = label(time, before);
            int width = Math.max(entry.getValue(), (int) (label.length() * CHARACTER) + 2 * MARGIN);
            instants.add(new Instant(x, width, label));
            begins.put(time, x);
            x += width;
            before = time;
        }
        return x;
    }

    /** An instant that hardly differs from the one before is told by the difference. */
    private static String label(long time, long before) {
        long passed = time - before;
        return before > 0 && passed < before / 1_000 ? "+" + Text.time(passed) : Text.time(time);
    }
}
