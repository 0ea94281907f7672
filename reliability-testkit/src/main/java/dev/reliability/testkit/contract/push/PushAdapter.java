package dev.reliability.testkit.contract.push;

import dev.reliability.testkit.contract.Unsupported;
import java.util.List;
import java.util.Map;

/**
 * Lets the {@link PushContract} drive somebody's push command.
 *
 * <p>One adapter is made for each try, with the {@link PushWorld} of that try. The methods are called on threads of the
 * kit's, never two at a time; a call that does not end in time is interrupted and then left behind. A push that fails is
 * a {@link PushResult}, not an exception: whatever is thrown, other than {@link Unsupported}, breaks the rule.
 */
public interface PushAdapter {
    /**
     * Pushes one event through a flow, in this JVM: validates, bundles, runs the flow, delivers.
     *
     * <p>It honours an interrupt of the calling thread by ending early, as a failure.
     *
     * @param event to render into the format of the command, valid or not
     * @param flow to render into a configuration and code, valid or not
     * @param options of this push
     * @return what came of it
     * @throws Exception never for a push that merely failed
     */
    PushResult push(PushEvent event, PushFlow flow, PushOptions options) throws Exception;

    /**
     * Pushes several events with one bundle. Needs {@link PushCapability#BATCH}.
     *
     * @param events at least one, in the order in which the results are to be
     * @param flow as for {@link #push}
     * @param options of this push, for each event alike
     * @return one result for each event, in the order of the events
     * @throws Exception never for a push that merely failed
     */
    default List<PushResult> pushAll(List<PushEvent> events, PushFlow flow, PushOptions options) throws Exception {
        throw new Unsupported("several events in one push");
    }

    /**
     * Starts the real command as a process of its own. Needs {@link PushCapability#PROCESS}.
     *
     * <p>The process uses {@link PushWorld#tempDir} for its temporary files (for a JVM:
     * {@code -Djava.io.tmpdir=...}); files with the event and the configuration go to {@link PushWorld#workDir}.
     * Standard output and standard error stay two pipes: the kit reads both. It carries out the {@linkplain
     * PushWorld#injected injections}, too, as far as they apply.
     *
     * @param events one; several only with {@link PushCapability#BATCH}
     * @param flow as for {@link #push}
     * @param options to render into arguments
     * @return the running process of the command itself, not of a shell around it: signals go to it
     * @throws Exception if it does not start
     */
    default Process start(List<PushEvent> events, PushFlow flow, PushOptions options) throws Exception {
        throw new Unsupported("a process");
    }

    /**
     * The exit code of the command for a kind of error. Needs {@link PushCapability#PROCESS}.
     *
     * @param kind of the error
     * @return 1 to 125, another one for each kind
     */
    default int exitCode(PushError.Kind kind) {
        throw new Unsupported("exit codes");
    }

    /**
     * Renames the fields of the command's JSON output to those that PUSH-4 asks about: {@code success} (boolean),
     * {@code results} (a list of maps with {@code destination}, {@code outcome}, {@code attempts}), {@code error} (null
     * or anything else), {@code attempts} (number), {@code durationMs} (number), {@code id}, {@code entity},
     * {@code action} (strings). Needs {@link PushCapability#PROCESS}.
     *
     * @param document the one document that the command printed, as maps, lists, strings, numbers, booleans and nulls
     * @return the same under those names; by default the document as it is
     */
    default Map<String, ?> json(Map<String, ?> document) {
        return document;
    }

    /**
     * Gives back what the adapter itself holds. Called once, after the last push of the try.
     *
     * @throws Exception if that fails, which breaks the rule
     */
    default void close() throws Exception {}
}
