package dev.reliability.time.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reliability.Task;
import dev.reliability.base.Carried;
import dev.reliability.testkit.time.VirtualTime;
import dev.reliability.time.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rule DEADLINE-7: the rest of an asynchronous call sees what was ambient where the call began. */
class SurroundingsTest {
    private final VirtualTime time = VirtualTime.manual();
    private final Deadline deadline = Deadline.after(Duration.ofSeconds(5), time);
    private final Object attempt = new Object();

    private record Seen(Deadline deadline, Object attempt) {
        static Seen here() {
            return new Seen(Deadline.current(), Carried.attempt());
        }
    }

    private <T> T withAttempt(Task<T, RuntimeException> task) {
        Object before = Carried.bindAttempt(attempt);
        try {
            return task.call();
        } finally {
            Carried.bindAttempt(before);
        }
    }

    @AfterEach
    void nothingIsBound() {
        assertThat(Seen.here()).isEqualTo(new Seen(null, null));
    }

    @Test
    void deadline_7_theDeadlineAlone_isBoundWhereTheCallGoesOn() {
        Surroundings surroundings = deadline.bind(Surroundings::here);
        assertThat(surroundings.<Seen, RuntimeException>resume(Seen::here)).isEqualTo(new Seen(deadline, null));
    }

    @Test
    void deadline_7_theAttemptAlone_isBoundWhereTheCallGoesOn() {
        Surroundings surroundings = withAttempt(Surroundings::here);
        assertThat(surroundings.<Seen, RuntimeException>resume(Seen::here)).isEqualTo(new Seen(null, attempt));
        assertThat(deadline.<Seen, RuntimeException>bind(() -> surroundings.resume(Seen::here)))
                .as("on a thread with a deadline of its own")
                .isEqualTo(new Seen(null, attempt));
    }

    @Test
    void deadline_7_both_areBoundWhereTheCallGoesOn() {
        Surroundings surroundings = deadline.bind(() -> withAttempt(Surroundings::here));
        assertThat(surroundings.<Seen, RuntimeException>resume(Seen::here)).isEqualTo(new Seen(deadline, attempt));
        Deadline sooner = Deadline.after(Duration.ofSeconds(1), time);
        assertThat(sooner.<Seen, RuntimeException>bind(() -> surroundings.resume(Seen::here)))
                .as("on a thread with a sooner one of its own")
                .isEqualTo(new Seen(deadline, attempt));
        assertThat(deadline.<Seen, RuntimeException>bind(() -> surroundings.resume(Seen::here)))
                .as("on the thread where the call began")
                .isEqualTo(new Seen(deadline, attempt));
    }

    @Test
    void deadline_7_nothing_hidesWhatIsBoundToWhoeverComesBy() {
        Surroundings nothing = Surroundings.here();
        assertThat(deadline.<Seen, RuntimeException>bind(() -> withAttempt(() -> nothing.resume(Seen::here))))
                .isEqualTo(new Seen(null, null));
        assertThat(nothing.<Seen, RuntimeException>resume(Seen::here)).isEqualTo(new Seen(null, null));
    }
}
