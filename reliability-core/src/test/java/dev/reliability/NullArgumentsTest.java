package dev.reliability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.MethodTree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import dev.reliability.breaker.CircuitBreaker;
import dev.reliability.breaker.KeyedCircuitBreaker;
import dev.reliability.breaker.TripCondition;
import dev.reliability.cleanup.Cleanup;
import dev.reliability.limit.ConcurrencyLimiter;
import dev.reliability.limit.RateLimiter;
import dev.reliability.mutex.KeyedMutex;
import dev.reliability.mutex.TimedMutex;
import dev.reliability.retry.Backoff;
import dev.reliability.retry.HttpRetry;
import dev.reliability.retry.Retry;
import dev.reliability.retry.RetryBudget;
import dev.reliability.retry.SqlRetry;
import dev.reliability.time.Deadline;
import dev.reliability.time.TimeSource;
import dev.reliability.time.Timeout;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every public method of the exported packages refuses null by the parameter's name, before it does anything, unless the
 * parameter is {@code @Nullable}. Events are not made by users: their constructors are not looked at.
 */
class NullArgumentsTest {
    private static final Duration SPAN = Duration.ofSeconds(1);

    private static final Map<Class<?>, Object> ONES =
            Map.of(int.class, 1, long.class, 1L, double.class, 1.0, boolean.class, true);

    /** Something of each type that is called, or handed over beside a null. */
    private static List<Object> samples() throws Exception {
        RetryBudget.Builder budget = RetryBudget.builder();
        CircuitBreaker breaker = CircuitBreaker.of("breaker");
        TimedMutex mutex = TimedMutex.of("mutex", SPAN);
        KeyedMutex<Object> keyedMutex = KeyedMutex.of("mutex", SPAN);
        KeyedCircuitBreaker<Object> keyedBreaker = KeyedCircuitBreaker.of("breaker");
        Retry retry = Retry.of("retry");
        return List.of(
                retry,
                Retry.builder("retry"),
                budget,
                budget.build(),
                Backoff.none(),
                HttpRetry.of("GET"),
                SqlRetry.Phase.COMMIT,
                breaker,
                CircuitBreaker.builder("breaker"),
                breaker.acquire(),
                CircuitBreaker.State.CLOSED,
                TripCondition.consecutiveFailures(5),
                TripCondition.failureRate(0.5),
                TripCondition.failureRate(0.5).overCalls(10),
                keyedBreaker,
                keyedBreaker.policy("key"),
                mutex,
                TimedMutex.builder("mutex", SPAN),
                mutex.acquire(),
                keyedMutex,
                keyedMutex.policy("key"),
                Cleanup.builder(),
                Cleanup.scope(),
                RateLimiter.of("rate", 1, SPAN),
                RateLimiter.builder("rate", 1, SPAN),
                ConcurrencyLimiter.of("limit", 1),
                ConcurrencyLimiter.builder("limit", 1),
                Deadline.after(Duration.ofHours(1)),
                Timeout.of(SPAN),
                Timeout.builder(SPAN),
                retry.around(breaker),
                TimeSource.system(),
                SPAN,
                "text",
                SQLException.class,
                new SQLException(),
                new Random(0));
    }

    private static Object argument(Class<?> type, List<Object> samples) {
        if (type.isPrimitive()) {
            return ONES.get(type);
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        return samples.stream()
                .filter(type::isInstance)
                .findFirst()
                .orElseGet(() -> Proxy.newProxyInstance(
                        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
    }

    /** The method of the class file; its type variables are compared by nothing but their place. */
    private static Method method(Class<?> type, MethodTree source) {
        List<String> parameters =
                source.getParameters().stream().map(NullArgumentsTest::rawType).toList();
        List<Method> found = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isBridge()
                        && method.getName().equals(source.getName().toString())
                        && method.getParameterCount() == parameters.size())
                .filter(method -> {
                    for (int i = 0; i < parameters.size(); i++) {
                        String simple = method.getParameterTypes()[i].getSimpleName();
                        if (parameters.get(i).length() > 1 && !parameters.get(i).equals(simple)) {
                            return false;
                        }
                    }
                    return true;
                })
                .toList();
        assertThat(found).as("%s.%s%s", type, source.getName(), parameters).hasSize(1);
        return found.get(0);
    }

    private static String rawType(VariableTree parameter) {
        String text = parameter.getType().toString().replace("...", "[]");
        String raw = text.contains("<")
                ? text.substring(0, text.indexOf('<')) + text.substring(text.lastIndexOf('>') + 1)
                : text;
        return raw.substring(raw.lastIndexOf('.') + 1);
    }

    private static boolean mayBeNull(VariableTree parameter, MethodTree source) {
        Set<String> nullable = source.getTypeParameters().stream()
                .filter(variable -> variable.getBounds().toString().contains("@Nullable"))
                .map(TypeParameterTree::getName)
                .map(Object::toString)
                .collect(Collectors.toSet());
        return parameter.getModifiers().toString().contains("@Nullable")
                || parameter.getType().toString().startsWith("@Nullable")
                || nullable.contains(parameter.getType().toString());
    }

    /** What is wrong with one method, for each of its parameters. */
    private static List<String> faults(Class<?> type, MethodTree source, List<Object> samples) throws Exception {
        Method method = method(type, source);
        List<String> faults = new ArrayList<>();
        List<Object> receivers = Modifier.isStatic(method.getModifiers())
                ? List.of(type)
                : samples.stream().filter(type::isInstance).toList();
        for (int i = 0; i < method.getParameterCount(); i++) {
            VariableTree parameter = source.getParameters().get(i);
            Class<?> parameterType = method.getParameterTypes()[i];
            if (parameterType.isPrimitive() || mayBeNull(parameter, source)) {
                continue;
            }
            String place = type.getSimpleName() + "." + method.getName() + ": " + parameter.getName();
            if (receivers.isEmpty()) {
                faults.add(place + " was not tried: no sample of the type");
            }
            List<Object> nulls = new ArrayList<>();
            nulls.add(null);
            if (method.isVarArgs() && parameterType.isArray()) {
                nulls.add(Array.newInstance(parameterType.getComponentType(), 1));
            }
            for (Object receiver : receivers) {
                for (Object none : nulls) {
                    Object[] arguments = Stream.of(method.getParameterTypes())
                            .map(any -> argument(any, samples))
                            .toArray();
                    arguments[i] = none;
                    String end = end(method, receiver, arguments);
                    if (!end.equals("NullPointerException: " + parameter.getName())) {
                        faults.add(place + " gave " + end);
                    }
                }
            }
        }
        return faults;
    }

    private static String end(Method method, Object receiver, Object[] arguments) throws IllegalAccessException {
        try {
            return "value " + method.invoke(receiver, arguments);
        } catch (InvocationTargetException e) {
            Throwable thrown = requireNonNull(e.getCause());
            return thrown.getClass().getSimpleName() + ": " + thrown.getMessage();
        }
    }

    private static Set<String> faults(List<PublicApi.Type> types) throws Exception {
        List<Object> samples = samples();
        Set<String> faults = new TreeSet<>();
        for (PublicApi.Type type : types) {
            for (MethodTree source : type.methods()) {
                boolean isTried = !type.isFunctional()
                        && !source.getName().contentEquals("<init>")
                        && !source.getName().contentEquals("equals");
                if (isTried) {
                    faults.addAll(faults(Class.forName(type.name()), source, samples));
                }
            }
        }
        return faults;
    }

    @Test
    void everyPublicMethod_refusesNullByTheNameOfTheParameter() throws Exception {
        assertThat(faults(PublicApi.types())).isEmpty();
    }

    /** What the check has to see. */
    @SuppressWarnings("unused") // called by the check
    public static final class Sinner {
        public static void silent(String first) {
            assertThat(first).isNull();
        }

        public static void nameless(String first) {
            requireNonNull(first);
        }

        public static void good(String first) {
            requireNonNull(first, "first");
        }

        public void unreachable(String first) {
            requireNonNull(first, "first");
        }
    }

    @Test
    void everyPublicMethod_theCheckCanFail() throws Exception {
        String source = "package dev.reliability; public class NullArgumentsTest { public class Sinner {"
                + "public static void silent(String first) {} public static void nameless(String first) {}"
                + "public static void good(String first) {} public void unreachable(String first) {} } }";

        assertThat(faults(PublicApi.types(List.of(PublicApi.source(source)))))
                .containsExactly(
                        "Sinner.nameless: first gave NullPointerException: null",
                        "Sinner.silent: first gave value null",
                        "Sinner.unreachable: first was not tried: no sample of the type");
    }
}
