package dev.reliability;

import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;

/** Runs jcstress: no test may see an outcome that it forbids, and each planted bug must be seen. Fails by what it throws. */
public final class MemoryModel {
    private MemoryModel() {}

    public static void main(String[] arguments) throws Exception {
        long beganNanos = System.nanoTime();
        JCStress tests = of("^dev[.]reliability[.].*Stress[.]", arguments);
        JCStress planted = of("^dev[.]reliability[.]Planted[.]", arguments);
        tests.run();
        Collection<String> missed = new TreeSet<>(planted.getTests());
        try {
            planted.run();
        } catch (AssertionError found) {
            missed.removeIf(test -> String.valueOf(found.getMessage()).contains(test));
        }
        if (tests.getTests().isEmpty() || planted.getTests().isEmpty() || !missed.isEmpty()) {
            throw new AssertionError("nothing was run, or planted bugs were not seen: " + missed);
        }
        System.out.printf(
                "jcstress: %d tests on Java %s, no forbidden outcome; %d of %d planted bugs seen; %.0f s%n",
                tests.getTests().size(),
                Runtime.version(),
                planted.getTests().size(),
                planted.getTests().size(),
                (System.nanoTime() - beganNanos) / 1e9);
        tests.getTests().forEach(test -> System.out.println("jcstress: " + test));
    }

    private static JCStress of(String tests, String... arguments) throws Exception {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "-t";
        all[arguments.length + 1] = tests;
        Options options = new Options(all);
        if (!options.parse()) {
            throw new IllegalArgumentException("jcstress does not take " + Arrays.toString(arguments));
        }
        return new JCStress(options);
    }
}
