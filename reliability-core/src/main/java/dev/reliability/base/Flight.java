package dev.reliability.base;

import dev.reliability.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The way to the JDK's Flight Recorder, where the JVM has one. Two kinds of records: {@code dev.reliability.Event} for
 * what policies tell their listeners, and {@code dev.reliability.Wait} for waits of a caller, with a threshold of 10 ms.
 * While nothing is recorded, nothing is made. Thread-safe.
 */
public final class Flight {
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Flight() {}

    /** Whether events of policies are being recorded. */
    static boolean isRecording() {
        return PRESENT && Recorder.isOn();
    }

    static void record(Event event) {
        if (PRESENT) {
            Recorder.record(event);
        }
    }

    /**
     * A wait begins.
     *
     * @return what to give to {@link #endWait}; null if waits are not recorded
     */
    public static @Nullable Object beginWait() {
        return PRESENT ? Recorder.beginWait() : null;
    }

    /**
     * A wait has ended.
     *
     * @param wait what {@link #beginWait} gave
     * @param concept what kind of policy waited
     * @param policy its name
     * @param served whether it got what it waited for
     */
    public static void endWait(@Nullable Object wait, String concept, String policy, boolean served) {
        if (wait != null) {
            Recorder.endWait(wait, concept, policy, served);
        }
    }

    /** What needs the module; loaded only where it is present. */
    private static final class Recorder {
        static boolean isOn() {
            return FlightRecorder.isInitialized() && Types.EVENT.isEnabled();
        }

        static void record(Event event) {
            if (isOn()) {
                EventRecord entry = new EventRecord();
                entry.policy = event.policy();
                entry.kind = event.getClass().getSimpleName();
                entry.text = event.toString();
                entry.commit();
            }
        }

        static @Nullable Object beginWait() {
            if (!FlightRecorder.isInitialized() || !Types.WAIT.isEnabled()) {
                return null;
            }
            WaitRecord wait = new WaitRecord();
            wait.begin();
            return wait;
        }

        static void endWait(Object begun, String concept, String policy, boolean served) {
            WaitRecord wait = (WaitRecord) begun;
            wait.end();
            if (wait.shouldCommit()) {
                wait.concept = concept;
                wait.policy = policy;
                wait.served = served;
                wait.commit();
            }
        }
    }

    /** Asked without an event at hand. To get them initializes the recorder, so it must be in use already. */
    private static final class Types {
        static final EventType EVENT = EventType.getEventType(EventRecord.class);
        static final EventType WAIT = EventType.getEventType(WaitRecord.class);
    }
}
