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
        List<StackTraceElement> all = Arrays.stream(thread.getStackTrace())
                .filter(frame -> !frame.getClassName().contains("$$Lambda")) // its name is another one in each run
                .toList();
        int entry = 0;
        while (entry < all.size() && !runsTask(all.get(entry))) {
            entry++;
        }
        List<StackTraceElement> task = all.subList(0, entry);
        List<StackTraceElement> frames = task.stream().filter(Places::matters).toList();
        if (frames.isEmpty() && entry > 0 && entry < all.size()) { // the task is nothing but a reference to a method
            frames = List.of(task.get(task.size() - 1));
        }
        return frames.isEmpty()
                ? "not begun"
                : frames.stream().limit(FRAMES).map(Places::text).collect(Collectors.joining(" < "));
    }

    /** Whether it is the frame below those of a task. */
    private static boolean runsTask(StackTraceElement frame) {
        return frame.getClassName().equals(Schedule.class.getName())
                ? frame.getMethodName().equals("carry")
                : frame.getClassName().equals(RealTry.class.getName())
                        && frame.getMethodName().startsWith("lambda$");
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
