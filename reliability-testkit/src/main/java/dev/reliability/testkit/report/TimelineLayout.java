package dev.reliability.testkit.report;

import dev.reliability.testkit.report.Moment.Kind;
import dev.reliability.testkit.report.Timeline.Flag;
import dev.reliability.testkit.report.Timeline.Item;
import dev.reliability.testkit.report.Timeline.Lane;
import dev.reliability.testkit.report.Timeline.Limit;
import dev.reliability.testkit.report.Timeline.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws what happened in a try along its time: what lasts is a bar from one moment to another, the rest is a point. Threads,
 * and what states and holds are about, have lanes; what overlaps in a lane stands in rows of its own.
 */
final class TimelineLayout {
    static final int ROW = 26;
    static final int BAR = 20;
    private static final int AXIS = 40; // the labels of the instants and of the limits, above the lanes
    private static final int LANE_GAP = 8;
    private static final int LANE_CHARACTERS = 13;
    private static final int FLAG_CHARACTERS = 24;
    private static final int LABEL_PADDING = 12;

    private final List<Moment> moments;
    private final TimeAxis axis;
    private final Map<String, List<Pending>> lanes = new LinkedHashMap<>();

    /** An item without its place: from one slot to another, which may be the same. */
    private record Pending(Shape shape, String tone, int from, int to, String label, String title) {}

    private TimelineLayout(List<Moment> moments) {
        this.moments = moments;
        this.axis = new TimeAxis(moments);
    }

    /** Draws moments in their order. */
    static Timeline of(List<Moment> moments) {
        return new TimelineLayout(moments).drawn();
    }

    private Timeline drawn() {
        collect();
        List<Lane> drawnLanes = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        List<Limit> limits = new ArrayList<>();
        int y = AXIS;
        for (Map.Entry<String, List<Pending>> lane : lanes.entrySet()) {
            int rows = place(lane.getValue(), y + LANE_GAP / 2, items);
            int height = rows * ROW + LANE_GAP;
            drawnLanes.add(new Lane(lane.getKey(), cut(Text.visible(lane.getKey()), LANE_CHARACTERS), y, height));
            placeLimits(lane.getKey(), y, height, limits);
            y += height;
        }
        return new Timeline(
                axis.right(), y + TimeAxis.MARGIN, axis.instants(), drawnLanes, items, limits, flags(limits));
    }

    /** Pairs beginnings with ends. What has none lasts as far as anything is known. */
    private void collect() {
        Map<Integer, Integer> open = new LinkedHashMap<>(); // span to the index where it began
        int begin = 0; // of what is known without a gap
        for (int i = 0; i < moments.size(); i++) {
            if (moments.get(i).kind() == Kind.BEGAN) {
                lanes.computeIfAbsent(moments.get(i).lane(), lane -> new ArrayList<>()); // states stand above threads
            }
        }
        for (int i = 0; i < moments.size(); i++) {
            Moment moment = moments.get(i);
            switch (moment.kind()) {
                case INVOKED, BEGAN -> open.put(moment.span(), i);
                case OK, FAILED, UNKNOWN, ENDED -> {
                    Integer from = open.remove(moment.span());
                    addBar(from == null ? moment : moments.get(from), moment, from == null ? begin : from, i);
                }
                case NOTE -> add(moment, Shape.POINT, "note", i, moment.what());
                case BROKEN -> add(moment, Shape.BROKEN, "broken", i, "\u2717 rule broken");
                case OMITTED -> {
                    endAll(open, i - 1);
                    begin = i + 1;
                    for (List<Pending> lane : lanes.values()) {
                        String text = "\u2026 and " + moment.value() + " more";
                        lane.add(new Pending(Shape.GAP, "gap", i, i, text, text + " events"));
                    }
                }
                case LIMIT -> lanes.computeIfAbsent(moment.lane(), lane -> new ArrayList<>());
            }
        }
        endAll(open, moments.size());
    }

    private void endAll(Map<Integer, Integer> open, int end) {
        open.values().forEach(from -> addBar(moments.get(from), moments.get(from), from, end));
        open.clear();
    }

    private void add(Moment moment, Shape shape, String tone, int at, String label) {
        lane(moment).add(new Pending(shape, tone, at, at, label, title(moment, moment.atNanos())));
    }

    private List<Pending> lane(Moment moment) {
        return lanes.computeIfAbsent(moment.lane(), lane -> new ArrayList<>());
    }

    private void addBar(Moment begin, Moment end, int from, int to) {
        String sign = switch (end.kind()) {
            case OK -> " \u2713 ";
            case FAILED -> " \u2717 ";
            case UNKNOWN -> " ? ";
            case INVOKED -> " \u2026";
            default -> "";
        };
        String tone = switch (end.kind()) {
            case BEGAN, ENDED -> "state" + stateTone(end.what());
            case INVOKED -> "open";
            default -> end.kind().name().toLowerCase(Locale.ROOT);
        };
        String label = end.what() + sign + (sign.isEmpty() ? "" : briefly(end.value()));
        lane(begin).add(new Pending(Shape.BAR, tone, from, to, label, title(end, begin.atNanos())));
    }

    /** A failure by its type without the package, which is most of its length. */
    private static String briefly(String value) {
        return value.replaceFirst("^(?:[a-z_$][\\w$]*\\.)+(?=[A-Z])", "");
    }

    /** The states of a breaker have tones of their own, beside their words. */
    private static String stateTone(String state) {
        return switch (state) {
            case "CLOSED" -> " is-closed";
            case "OPEN" -> " is-open";
            case "HALF_OPEN" -> " is-half-open";
            default -> "";
        };
    }

    private static String title(Moment moment, long fromNanos) {
        String when = fromNanos == moment.atNanos()
                ? Text.time(fromNanos)
                : Text.time(fromNanos) + " to " + Text.time(moment.atNanos());
        return when + ": " + moment.what() + (moment.value().isEmpty() ? "" : " \u2192 " + moment.value());
    }

    /** Puts each item into the first row that is free where it begins; gives back how many rows it took. */
    private int place(List<Pending> lane, int y, List<Item> items) {
        List<Pending> sorted = new ArrayList<>(lane);
        sorted.sort((a, b) -> a.from != b.from ? Integer.compare(a.from, b.from) : Integer.compare(b.to, a.to));
        List<List<Pending>> rows = new ArrayList<>();
        for (Pending item : sorted) {
            List<Pending> free = rows.stream()
                    .filter(row -> row.get(row.size() - 1).to < item.from || row.get(row.size() - 1).shape == Shape.GAP)
                    .findFirst()
                    .orElse(null);
            if (free == null) {
                free = new ArrayList<>();
                rows.add(free);
            }
            free.add(item);
        }
        for (int row = 0; row < rows.size(); row++) {
            List<Pending> line = rows.get(row);
            for (int i = 0; i < line.size(); i++) {
                int room = axis.x(i + 1 < line.size() ? line.get(i + 1).from : moments.size());
                items.add(item(line.get(i), y + row * ROW, room));
            }
        }
        return Math.max(1, rows.size());
    }

    private Item item(Pending pending, int y, int nextX) {
        int x = axis.x(pending.from);
        int width = pending.shape == Shape.BAR ? axis.end(pending.to) - x : 0;
        int free = pending.shape == Shape.BAR ? width : nextX - x;
        int room = (int) ((free - LABEL_PADDING) / TimeAxis.CHARACTER);
        return new Item(
                pending.shape,
                pending.tone,
                x,
                y,
                width,
                cut(Text.visible(pending.label).replaceAll("\\s+", " ").strip(), room),
                Text.visible(pending.title));
    }

    private void placeLimits(String lane, int y, int height, List<Limit> limits) {
        for (Moment moment : moments) {
            if (moment.kind() == Kind.LIMIT && moment.lane().equals(lane)) {
                axis.begin(TimeAxis.due(moment)).ifPresent(x -> {
                    String title = moment.what() + " at " + Text.time(TimeAxis.due(moment));
                    Limit limit = new Limit(x, y, height, Text.visible(moment.what()), Text.visible(title));
                    if (!limits.contains(limit)) {
                        limits.add(limit);
                    }
                });
            }
        }
    }

    /** Names the limits that are due at an instant, above the lanes. */
    private static List<Flag> flags(List<Limit> limits) {
        Map<Integer, String> labels = new TreeMap<>();
        for (Limit limit : limits) {
            labels.merge(limit.x(), limit.label(), (all, one) -> all.contains(one) ? all : all + ", " + one);
        }
        return labels.entrySet().stream()
                .map(entry -> new Flag(entry.getKey(), cut(entry.getValue(), FLAG_CHARACTERS)))
                .toList();
    }

    private static String cut(String text, int room) {
        if (text.length() <= room) {
            return text;
        }
        if (room < 2) {
            return "";
        }
        int end = Character.isHighSurrogate(text.charAt(room - 2)) ? room - 2 : room - 1;
        return text.substring(0, end) + "\u2026";
    }
}
