package dev.reliability.testkit.contract.push;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The adapter of {@link ReferenceCommand}: it keeps every rule of PUSH, unless it has a defect. */
final class ReferencePush implements PushAdapter {
    private static final Map<PushError.Kind, Integer> EXIT =
            Map.of(PushError.Kind.USER, 2, PushError.Kind.TRANSIENT, 3, PushError.Kind.SYSTEM, 4);

    private final PushWorld world;
    private final Defect defect;

    ReferencePush(PushWorld world, Defect defect) {
        this.world = world;
        this.defect = defect;
    }

    @Override
    public PushResult push(PushEvent event, PushFlow flow, PushOptions options) {
        return pushAll(List.of(event), flow, options).get(0);
    }

    @Override
    public List<PushResult> pushAll(List<PushEvent> events, PushFlow flow, PushOptions options) {
        Job job = Job.of(events, flow, options, world, defect);
        return new ReferenceCommand(job, world.tempDir(), world::bundling).push();
    }

    @Override
    public Process start(List<PushEvent> events, PushFlow flow, PushOptions options) throws Exception {
        Path file = Files.createTempFile(world.workDir(), "job", ".bin");
        Job.of(events, flow, options, world, defect).write(file);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // short-lived: start fast
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReferenceMain.class.getName(),
                        file.toString(),
                        world.tempDir().toString())
                .start();
    }

    @Override
    public int exitCode(PushError.Kind kind) {
        return EXIT.get(kind);
    }
}
