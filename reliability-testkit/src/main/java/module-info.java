/** Contracts that prove that code keeps its promises, and the time and the faults that they run with. */
@SuppressWarnings("module") // the engine that the contracts are opened to is there at run time only
module dev.reliability.testkit {
    requires static org.jspecify;
    requires awaitility;
    requires com.samskivert.jmustache;
    requires transitive dev.reliability.core;
    requires transitive net.jqwik.api;
    requires transitive org.junit.jupiter.api;
    requires java.management;
    requires transitive java.sql;
    requires jdk.management;
    requires org.junit.platform.engine;
    requires org.slf4j;

    exports dev.reliability.testkit.contract;
    exports dev.reliability.testkit.contract.breaker;
    exports dev.reliability.testkit.contract.cleanup;
    exports dev.reliability.testkit.contract.deadline;
    exports dev.reliability.testkit.contract.limit;
    exports dev.reliability.testkit.contract.mutex;
    exports dev.reliability.testkit.contract.push;
    exports dev.reliability.testkit.contract.retry;
    exports dev.reliability.testkit.fault;
    exports dev.reliability.testkit.history;
    exports dev.reliability.testkit.rule;
    exports dev.reliability.testkit.sim;
    exports dev.reliability.testkit.time;

    // The engines find rules, hooks and providers by reflection.
    opens dev.reliability.testkit.contract to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.breaker to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.cleanup to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.deadline to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.limit to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.mutex to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.push to
            net.jqwik.engine,
            org.junit.platform.commons;
    opens dev.reliability.testkit.contract.retry to
            net.jqwik.engine,
            org.junit.platform.commons;

    // The template of the report reads its records by reflection.
    opens dev.reliability.testkit.report to
            com.samskivert.jmustache;

    uses org.junit.platform.engine.TestEngine;
}
