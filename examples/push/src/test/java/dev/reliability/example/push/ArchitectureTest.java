package dev.reliability.example.push;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the example run downward, and each foreign thing has one home. */
@AnalyzeClasses(packages = "dev.reliability.example.push", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.reliability.example.push";

    @ArchTest
    static final ArchRule arrowsRunDownward = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy(ROOT + ".cli")
            .layer("push")
            .definedBy(ROOT)
            .layer("engine")
            .definedBy(ROOT + ".engine")
            .layer("delivery")
            .definedBy(ROOT + ".delivery")
            .layer("bundle")
            .definedBy(ROOT + ".bundle")
            .layer("config")
            .definedBy(ROOT + ".config")
            .layer("event")
            .definedBy(ROOT + ".event")
            .layer("http")
            .definedBy(ROOT + ".http")
            .layer("json")
            .definedBy(ROOT + ".json")
            .layer("failure")
            .definedBy(ROOT + ".failure")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("push")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("push")
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("push", "cli")
            .whereLayer("bundle")
            .mayOnlyBeAccessedByLayers("push", "engine")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("push", "cli", "delivery", "bundle")
            .whereLayer("event")
            .mayOnlyBeAccessedByLayers("push", "cli", "engine")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("delivery", "event", "config");

    @ArchTest
    static final ArchRule noCycles = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheEngineKnowsTheEngine = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".engine")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.graalvm..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocliAndLogback = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "ch.qos.logback..");
}
