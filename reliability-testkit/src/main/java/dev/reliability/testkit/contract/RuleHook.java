package dev.reliability.testkit.contract;

import dev.reliability.testkit.report.Failure;
import dev.reliability.testkit.report.Result;
import dev.reliability.testkit.report.Results;
import dev.reliability.testkit.rule.Mark;
import dev.reliability.testkit.rule.Rule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds, repeats, words and records the rules of a {@link Contract}.
 *
 * <p>How a failure is repeated: the seed fixes what jqwik generates, the number of the try says where in that sequence
 * the failure was. A repetition generates all tries before it without carrying them out, so it neither takes their time
 * nor depends on the time budget.
 */
final class RuleHook implements AroundPropertyHook, AroundTryHook {
    private static final Logger LOG = LoggerFactory.getLogger(RuleHook.class);
    private static final Pattern METHOD = Pattern.compile("([a-z]+_\\d+)_.+");
    private static final String TRIES = "jqwik.tries.default"; // shapes what a seed generates

    RuleHook() {}

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        Matcher name = METHOD.matcher(context.targetMethod().getName());
        if (!name.matches()) { // a property of the user's own
            return property.execute();
        }
        Contract<?> contract = (Contract<?>) context.testInstance();
        String id = name.group(1).toUpperCase(Locale.ROOT).replace('_', '-');
        RuleRun run = new RuleRun(
                Rule.of(id),
                context.targetMethod().getAnnotation(Pace.class),
                contract.getClass().getAnnotation(Pace.class),
                waiver(contract, id));
        String seed = Settings.seed();
        if (seed != null) {
            context.attributes().setSeed(seed);
            context.attributes().setAfterFailure(AfterFailureMode.RANDOM_SEED);
        }
        contract.running(run);
        try {
            return concluded(contract, run, tests(context, name.group(1)), property.execute());
        } finally {
            contract.running(null);
        }
    }

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor body, List<Object> parameters) {
        RuleRun run = ((Contract<?>) context.testInstance()).running();
        if (run == null) {
            return body.execute(parameters);
        }
        if (!run.begin()) {
            return TryExecutionResult.satisfied(run.isEnough() && !run.waiver().isEmpty());
        }
        TryExecutionResult result = body.execute(parameters);
        if (result.isFalsified()) {
            run.failed(result.throwable().orElse(null));
        } else if (result.isSatisfied() && run.isEnough()) {
            return TryExecutionResult.satisfied(true);
        }
        return result;
    }

    private static String waiver(Contract<?> contract, String id) {
        for (Map.Entry<String, String> waiver : contract.waivers().entrySet()) {
            Rule.of(waiver.getKey()); // a waiver of a rule that does not exist waives nothing: say so
            if (waiver.getValue().isBlank()) {
                throw new IllegalArgumentException("the waiver of " + waiver.getKey() + " must have a reason");
            }
        }
        return contract.waivers().getOrDefault(id, "");
    }

    /**
     * What surefire has to be asked for: it looks for the test class, but then for the class that declares the rule. Not
     * for any class, which a module-info is, too.
     */
    private static String tests(PropertyLifecycleContext context, String method) {
        return Stream.of(context.containerClass(), context.targetMethod().getDeclaringClass())
                .distinct()
                .map(type -> type.getName().substring(type.getName().lastIndexOf('.') + 1) + "#" + method + "_*")
                .collect(Collectors.joining(","));
    }

    private static PropertyExecutionResult concluded(
            Contract<?> contract, RuleRun run, String tests, PropertyExecutionResult result) {
        String id = run.rule().id();
        String adapter = contract.adapterName();
        if (!run.waiver().isEmpty()) {
            LOG.warn("{} waived for {}: {}", id, adapter, run.waiver());
            record(contract, run, result, "waived", run.waiver(), null);
            return result.mapToAborted(new TestAbortedException(id + " is waived: " + run.waiver()));
        }
        if (result.status() == PropertyExecutionResult.Status.SUCCESSFUL) {
            if (run.tries() == 0) {
                return result.mapToFailed(new AssertionError(
                        id + ": no try was carried out; " + Settings.TRY + " is beyond the last one"));
            }
            if (!run.remark().isEmpty()) {
                LOG.warn("{} by {}: should be so, but is not: {}", id, adapter, run.remark());
            }
            if (!run.notSimulated().isEmpty()) {
                LOG.info("{} by {}: run on threads, not simulated: {}", id, adapter, run.notSimulated());
            }
            LOG.info("{} {} by {}: {}", id, run.isRefused() ? "refused" : "kept", adapter, run.effort());
            record(contract, run, result, run.isRefused() ? "refused" : "kept", run.remark(), null);
            return result;
        }
        Throwable cause = result.throwable().orElse(null);
        String what = what(cause);
        String repeat = repeat(run, tests, result);
        AssertionError failure = failure(run, result, what, repeat, cause);
        LOG.warn("{} broken by {}: {}", id, adapter, run.effort());
        int history = what.indexOf(History.HEADING);
        Failure reported = new Failure(
                run.failedTry(), history < 0 ? what : what.substring(0, history), what, repeat, run.moments(cause));
        record(contract, run, result, "broken", "", reported);
        if (run.rule().mark() == Mark.S) {
            LOG.warn(failure.getMessage());
            return result.mapToSuccessful();
        }
        return result.mapToFailed(failure);
    }

    private static String what(@Nullable Throwable cause) {
        return cause == null
                ? "the property is false"
                : cause instanceof AssertionError ? String.valueOf(cause.getMessage()) : "threw " + cause;
    }

    private static String repeat(RuleRun run, String tests, PropertyExecutionResult result) {
        String tries = System.getProperty(TRIES);
        return "mvn test -Dtest='" + tests + "' -Dsurefire.failIfNoSpecifiedTests=false"
                + " -D" + Settings.SEED + "=" + result.seed().orElse("") + " -D" + Settings.TRY + "=" + run.failedTry()
                + (tries == null ? "" : " -D" + TRIES + "=" + tries);
    }

    private static AssertionError failure(
            RuleRun run, PropertyExecutionResult result, String what, String repeat, @Nullable Throwable cause) {
        return new AssertionError(
                run.rule().id() + ": " + what
                        + "\n  rule: " + run.rule().text()
                        + "\n  seed: " + result.seed().orElse("") + ", try " + run.failedTry()
                        + "\n  repeat: " + repeat,
                cause);
    }

    private static void record(
            Contract<?> contract,
            RuleRun run,
            PropertyExecutionResult result,
            String outcome,
            String note,
            @Nullable Failure failure) {
        if (Settings.seed() == null) { // a repetition proves nothing about the whole rule
            Results.record(
                    Settings.conformance(),
                    new Result(
                            run.rule().id(),
                            contract.adapterName(),
                            contract.own(),
                            run.mode().toString(),
                            run.tries(),
                            outcome,
                            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                            System.getProperty("java.version", ""),
                            run.tries() == 0 ? "" : result.seed().orElse(""),
                            run.effort(),
                            note,
                            failure));
        }
    }
}
