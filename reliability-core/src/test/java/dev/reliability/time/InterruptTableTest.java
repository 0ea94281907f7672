package dev.reliability.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reliability.cleanup.Cleanup;
import dev.reliability.cleanup.CleanupScope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rule DEADLINE-15: the table in the Javadoc of {@link Timeout}, line by line, on the real machine. */
class InterruptTableTest {
    private static final Duration LIMIT = Duration.ofMillis(20);

    private final Timeout timeout = Timeout.of(LIMIT);

    private interface Blocking {
        void run() throws Exception;
    }

    /** The timer and the classes are warm, so that the times below are those of the waits. */
    @BeforeAll
    static void warm() {
        assertThat(catchThrowable(() -> Timeout.of(Duration.ofMillis(1)).callInterruptibly(() -> {
                    TimeUnit.SECONDS.sleep(5);
                    return null;
                })))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @AfterEach
    void noInterruptIsLeft() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static void unchecked(Blocking work) {
        try {
            work.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Throwable limited(Timeout limit, Blocking work) {
        return catchThrowable(() -> limit.<Void, Exception>call(() -> {
            work.run();
            return null;
        }));
    }

    private void assertEnds(Blocking work) {
        assertThat(limited(timeout, work))
                .isInstanceOfSatisfying(
                        DeadlineExceededException.class,
                        e -> assertThat(e.ran()).isLessThan(Duration.ofSeconds(5)));
    }

    /** The work is released from outside after a while; until then it has gone on, whatever the limit said. */
    private void assertGoesOn(Blocking work, Blocking release) throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread releaser = new Thread(() -> {
            try {
                TimeSource.system().sleep(LIMIT.multipliedBy(5));
                release.run();
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        releaser.start();
        Throwable thrown = limited(timeout, work);
        releaser.join();
        assertThat(failure.get()).isNull();
        assertThat(thrown)
                .hasNoCause()
                .isInstanceOfSatisfying(
                        DeadlineExceededException.class,
                        e -> assertThat(e.ran()).isGreaterThan(LIMIT.multipliedBy(4)));
    }

    @Test
    void deadline_15_waitsOfTheJdk_end() {
        assertEnds(() -> TimeUnit.SECONDS.sleep(30));
        assertEnds(() -> new ArrayBlockingQueue<String>(1).take());
        assertEnds(() -> new CompletableFuture<String>().get());
        assertEnds(() -> new Semaphore(0).acquire());
        assertEnds(() -> {
            Object monitor = new Object();
            synchronized (monitor) {
                while (!Thread.currentThread().isInterrupted()) {
                    monitor.wait(30_000);
                }
            }
        });
        ReentrantLock held = new ReentrantLock();
        Thread holder = new Thread(held::lock);
        holder.start();
        unchecked(holder::join);
        assertEnds(held::lockInterruptibly);
    }

    @Test
    void deadline_15_waitsOfTheLibrary_end() {
        assertEnds(() -> TimeSource.system().sleep(Duration.ofSeconds(30)));
    }

    @Test
    void deadline_15_aCloseThatWaitsForAnotherCloser_goesOn_andKeepsAnInterrupt() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch isClosing = new CountDownLatch(1);
        CleanupScope scope = Cleanup.scope();
        scope.defer(() -> {
            isClosing.countDown();
            free.await();
        });
        Thread closer = new Thread(scope::close);
        closer.start();
        isClosing.await();
        AtomicBoolean flag = new AtomicBoolean();
        assertGoesOn(
                () -> {
                    scope.close();
                    flag.set(Thread.currentThread().isInterrupted());
                },
                free::countDown);
        assertThat(scope.isClosed()).isTrue();
        assertThat(flag).as("interrupt of the limit, inside it").isTrue();
        closer.join();
    }

    @Test
    void deadline_15_lock_goesOn() throws Exception {
        ReentrantLock held = new ReentrantLock();
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            held.lock();
            try {
                isHeld.countDown();
                unchecked(free::await);
            } finally {
                held.unlock();
            }
        });
        holder.start();
        isHeld.await();
        assertGoesOn(held::lock, free::countDown);
        held.unlock();
        holder.join();
    }

    @Test
    void deadline_15_synchronized_goesOn() throws Exception {
        Object monitor = new Object();
        CountDownLatch free = new CountDownLatch(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            synchronized (monitor) {
                isHeld.countDown();
                unchecked(free::await);
            }
        });
        holder.start();
        isHeld.await();
        StringBuilder inside = new StringBuilder();
        assertGoesOn(
                () -> {
                    synchronized (monitor) {
                        inside.append("entered");
                    }
                },
                free::countDown);
        assertThat(inside).hasToString("entered");
        holder.join();
    }

    @Test
    void deadline_15_socketStreamOnAPlatformThread_goesOn_andACancellerEndsIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket peer = server.accept()) {
            assertGoesOn(
                    () -> assertThat(socket.getInputStream().read()).isEqualTo('x'),
                    () -> peer.getOutputStream().write('x'));
            assertThat(socket.isClosed()).isFalse();

            Timeout closing = Timeout.builder(LIMIT).canceller(socket::close).build();
            assertThat(limited(closing, () -> socket.getInputStream().read()))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(IOException.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void deadline_15_socketStreamOnAVirtualThread_endsAndIsClosed() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JVM has no virtual threads");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket peer = server.accept()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Runnable body = () ->
                    thrown.set(limited(timeout, () -> socket.getInputStream().read()));
            Thread thread = (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, body);
            thread.join();
            assertThat(thrown.get()).isInstanceOf(DeadlineExceededException.class);
            assertThat(socket.isClosed()).isTrue();
            assertThat(peer.isClosed()).isFalse();
        }
    }

    @Test
    void deadline_15_socketChannel_endsAndIsClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()))) {
            assertThat(limited(timeout, () -> channel.read(ByteBuffer.allocate(1))))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void deadline_15_fileChannel_endsAndIsClosedForAll(@TempDir Path folder) throws Exception {
        try (FileChannel channel = FileChannel.open(
                folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertThat(limited(timeout, () -> {
                        while (channel.write(ByteBuffer.allocate(1), 0) >= 0) {
                            Thread.onSpinWait();
                        }
                    }))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(ClosedByInterruptException.class);
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void deadline_15_aLoopThatComputes_goesOnUnlessItLooks() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        assertGoesOn(
                () -> {
                    while (free.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                },
                free::countDown);
        assertEnds(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
        });
        assertEnds(() -> {
            Deadline deadline = Deadline.current();
            while (deadline != null) {
                deadline.check();
            }
        });
    }

    /** With SQLite, whose statements answer to their own cancel only. */
    @Test
    void deadline_15_jdbc_goesOn_andACancellerEndsIt() throws Exception {
        try (Connection db = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = db.createStatement()) {
            String endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
            assertGoesOn(
                    () -> assertThat(catchThrowable(() -> statement.execute(endless)))
                            .isInstanceOf(SQLException.class),
                    statement::cancel);
            Timeout cancelling =
                    Timeout.builder(LIMIT).canceller(statement::cancel).build();
            assertThat(limited(cancelling, () -> statement.execute(endless)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(statement.execute("select 1")).isTrue();
        }
    }
}
