package dev.reliability.testkit.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

/** Foreign text, made fit to be shown: what comes from adapters may be long, and hold anything. */
final class Text {
    private static final String[] UNITS = {"ns", "\u00b5s", "ms", "s"};

    private Text() {}

    /** A piece of text, in Markdown's back-ticks or not. */
    record Part(String text, boolean code) {}

    /** Splits what the catalogue writes in Markdown. */
    static List<Part> parts(String markdown) {
        String[] pieces = markdown.split("`", -1);
        return IntStream.range(0, pieces.length)
                .mapToObj(i -> new Part(pieces[i], i % 2 == 1))
                .filter(part -> !part.text.isEmpty())
                .toList();
    }

    /** Cuts what is too long, and says how much is missing. */
    static String shortened(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "\u2026 and " + (text.length() - end) + " more characters";
    }

    /**
     * Shows what is invisible: a control character as its picture, one that turns the direction of writing or has no width
     * as its code, a half of a surrogate pair as what stands for the unreadable.
     */
    static String visible(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL -> {
                    if (c == '\n' || c == '\t') {
                        out.append((char) c);
                    } else {
                        out.append(c < ' ' ? (char) (0x2400 + c) : c == 0x7f ? '\u2421' : '\ufffd');
                    }
                }
                case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                    out.append(String.format("\u27e8U+%04X\u27e9", c));
                case Character.SURROGATE -> out.append('\ufffd');
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** A span or an instant, exactly: {@code 2.5 ms}. */
    static String time(long nanos) {
        int unit = 0;
        for (long left = Math.abs(nanos); left >= 1_000 && unit < UNITS.length - 1; left /= 1_000) {
            unit++;
        }
        return nanos == 0
                ? "0"
                : BigDecimal.valueOf(nanos, 3 * unit).stripTrailingZeros().toPlainString() + " " + UNITS[unit];
    }
}
