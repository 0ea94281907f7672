package dev.reliability.example.push.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reliability.example.push.failure.Kind;
import dev.reliability.example.push.failure.Problems;
import dev.reliability.example.push.failure.PushException;
import dev.reliability.testkit.fault.Fault;
import dev.reliability.testkit.fault.FaultPlan;
import dev.reliability.testkit.fault.HttpDestination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFetchTest {
    private static PushException refused(String url) {
        EventFetch fetch = new EventFetch(HttpClient.newHttpClient());
        return catchThrowableOfType(PushException.class, () -> fetch.fetch(new EventSource.Remote(URI.create(url))));
    }

    @ParameterizedTest
    @CsvSource({"localhost,connection refused", "host.invalid,host not found"})
    void push_11_noConnection_isToldInPlainWords(String host, String reason) throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        String url = "http://" + host + ":" + port + "/e";
        PushException refused = refused(url);
        assertThat(refused).hasMessage("event " + url + " cannot be fetched: " + reason);
        assertThat(refused.failure().kind()).isEqualTo(Kind.TRANSIENT);
    }

    @Test
    void fetch_byteOrderMark_isSkipped() throws InterruptedException {
        try (HttpDestination http = new HttpDestination()) {
            URI url = http.plan("/event", FaultPlan.always(Fault.accept("\uFEFF{\"name\":\"page view\"}")));
            String text = new EventFetch(HttpClient.newHttpClient()).fetch(new EventSource.Remote(url));
            Problems problems = new Problems();
            assertThat(EventCheck.check(text, problems)).isNotNull();
            assertThat(problems.list()).isEmpty();
        }
    }
}
