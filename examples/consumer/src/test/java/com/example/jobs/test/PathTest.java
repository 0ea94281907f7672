package com.example.jobs.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.jobs.JobLock;
import dev.reliability.retry.Retry;
import dev.reliability.testkit.contract.Contract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With module-info files all of this is on the module path, and without them nothing is. */
class PathTest {
    @Test
    void theProjectHasModules_soHasTheRun() {
        boolean modular = Files.exists(Path.of("src/main/java/module-info.java"));
        assertEquals(modular, JobLock.class.getModule().isNamed(), "the project");
        assertEquals(modular, PathTest.class.getModule().isNamed(), "its tests");
        assertEquals(modular, Retry.class.getModule().isNamed(), "core");
        assertEquals(modular, Contract.class.getModule().isNamed(), "the kit");
    }
}
