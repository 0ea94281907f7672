package dev.reliability.example.push.cli;

import dev.reliability.example.push.event.EventSource;
import java.nio.file.Path;

/**
 * An {@code --event} of the command line. The JVM decodes the command line in the character set of the locale, and puts
 * U+FFFD in the place of what that does not have: such an event is not the one that was meant.
 */
final class EventArgument {
    private static final char LOST = '\uFFFD';

    private EventArgument() {}

    /** Where the event comes from; malformed if some of the argument is lost. */
    static EventSource source(String argument, Path directory) {
        EventSource source = EventSource.of(argument, directory);
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (argument.indexOf(LOST) < 0 || encoding.equalsIgnoreCase("UTF-8")) {
            return source;
        }
        return new EventSource.Malformed(
                source.shown(),
                "has characters that the locale (" + encoding + ") does not have: give the event as a file, or set a"
                        + " locale with UTF-8, such as LC_ALL=C.UTF-8");
    }
}
