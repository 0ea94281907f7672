package com.example.jobs.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.jobs.Imports;
import dev.reliability.testkit.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ImportsTest {
    @Test
    void theProviderFailsForHours_theTestTakesNone() throws IOException {
        VirtualTime time = VirtualTime.autoAdvancing();
        AtomicInteger asked = new AtomicInteger();
        String orders = new Imports(time).fetch(() -> {
            if (asked.incrementAndGet() < 5) {
                throw new IOException("not yet");
            }
            return "orders";
        });
        assertEquals("orders", orders);
        assertEquals(Duration.ofHours(4), Duration.ofNanos(time.nanoTime()));
    }
}
