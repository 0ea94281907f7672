package dev.reliability.testkit;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Packages of the kit know one another in one direction only. */
@AnalyzeClasses(packages = "dev.reliability.testkit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule PACKAGES = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("contracts")
            .definedBy("dev.reliability.testkit.contract.(*)..")
            .layer("contract")
            .definedBy("dev.reliability.testkit.contract")
            .layer("report")
            .definedBy("..testkit.report..")
            .layer("rule")
            .definedBy("..testkit.rule..")
            .layer("fault")
            .definedBy("..testkit.fault..")
            .layer("json")
            .definedBy("..testkit.json..")
            .whereLayer("contracts")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("contract")
            .mayOnlyBeAccessedByLayers("contracts")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("contract")
            .whereLayer("rule")
            .mayOnlyBeAccessedByLayers("contract", "report")
            .whereLayer("fault")
            .mayOnlyBeAccessedByLayers("contracts")
            .whereLayer("json")
            .mayOnlyBeAccessedByLayers("contract", "contracts", "report");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.reliability.testkit.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PUSH_KNOWS_NOTHING_OF_CORE = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("..testkit.contract.push..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.reliability", "dev.reliability.time..", "dev.reliability.base..");
}
