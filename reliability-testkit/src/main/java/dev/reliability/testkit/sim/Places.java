package dev.reliability.testkit.sim;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where threads are, without the frames of the kit and the JDK. */
final class Places {
    private static final int FRAMES = 5;
    private static final Set<String> KIT = Set.of(
            "Carrier",
            "Places",
            "RealTry",
            "Schedule",
            "SimTask",
            "SimTime",
            "SimWorld",
            "Simulation",
            "Tasks",
            "Waiting");
    private static final String PACKAGE = Places.class.getPackageName() + ".";

    private Places() {}

    static String of(Thread thread) {
        List<StackTraceElement> frames =
                Arrays.stream(thread.getStackTrace()).filter(Places::matters).toList();
        return frames.isEmpty()
                ? "not begun"
                : frames.stream().limit(FRAMES).map(Places::text).collect(Collectors.joining(" < "));
    }

    private static boolean matters(StackTraceElement frame) {
        String name = frame.getClassName();
        if (name.startsWith(PACKAGE)) {
            return !KIT.contains(name.substring(PACKAGE.length()).split("\\$", 2)[0]);
        }
        return !name.startsWith("java.") && !name.startsWith("jdk.") && !name.equals(Thread.class.getName());
    }

    private static String text(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.substring(name.lastIndexOf('.') + 1) + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
