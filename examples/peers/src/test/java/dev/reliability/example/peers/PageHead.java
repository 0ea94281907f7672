package dev.reliability.example.peers;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What stands above the tables. */
final class PageHead {
    private static final String TEXT = """
        # Peers

        What other libraries keep of [our rules](rules.md): each was run through the contracts of the test kit, by an adapter of a
        few lines in [`examples/peers`](../examples/peers). The rules are ours. A library that promises something else is not
        wrong, it *differs*; what is called *broken* has been looked at in its source, which is named.

        | sign | meaning |
        | --- | --- |
        @SIGNS@| * | judged by `examples/peers/judge --full` only: it takes too long for every build |

        A cell is *broken* where a library goes against its own documentation or settings, or loses something: a failure, an
        interrupt, a permit, a wait. It *differs* where its documentation, or its source by plain intent, has it otherwise.

        **How to repeat a cell.** `examples/peers/judge CLASS RULE`, as each cell below says, runs it alone and prints the shrunk
        counterexample; `examples/peers/judge` prints the classes. The seed is fixed. `examples/peers/judge --all` runs all cells but
        those with a star, and fails when one does not give what this page says. CI judges none, since many are of real time; it
        fails when this page does not say what `examples/peers` does. `--write` writes it anew. Counterexamples are from the run
        that wrote it, on 2026-11-21, JDK 17; their times differ from run to run, and are not compared.

        **What was judged.**

        | library | version | artifact |
        | --- | --- | --- |
        @LIBRARIES@
        **By which time.** Where a library takes a clock or a sleep from outside, time is virtual, and exact. Elsewhere it is
        real: then lower bounds are checked and upper ones are not, spans are a thousandth of the rule's, and a cell that does
        not give its verdict is looked at three times before that fails. Which of them stands above the cells of each.

        **What the adapters do for them.** Our defaults (4 attempts, 5 failures in a row, 60 s open) are told to them: a default
        is a choice. A documented wrapper around a failure is taken off. The failure that is never retried is put on their list
        of those. Results are rejected by an exception where a retry judges only these. Data that a library refuses by its
        documentation is passed over. A breaker whose half-open state has one number where we have two, probes and successes, is
        judged twice, once with each.

        **Where a peer is better than we are.** Resilience4j has metrics, event streams and integrations with Spring, Micronaut
        and Ratpack, and configuration at run time; Failsafe has fallbacks, hedges by policy composition, and asynchronous
        executions in several forms; SmallRye has the annotations of MicroProfile and bulkheads with queues; Spring's retry is
        there already where Spring is. `ReentrantLock` and `Semaphore` are in the JDK. None of this is a rule, and so none of it
        is on this page.

        **What could not be judged.** Asynchronous retries and limits but Failsafe's, for want of an adapter. SmallRye's bulkhead
        and rate limit: they have no permit that could be held. What waits in real time and is only too late: that SmallRye's
        retry sleeps past its limit, for example. Metrics: that Resilience4j counts one exhausted call twice. Automatic
        transitions of Resilience4j's breaker, which run by a scheduler. Interrupted waiters of rate limiters: no rule asks.
        """;

    private PageHead() {}

    static String text() {
        return TEXT.replace("@SIGNS@", signs()).replace("@LIBRARIES@", libraries());
    }

    private static String signs() {
        return Arrays.stream(Outcome.values())
                .map(outcome -> "| " + outcome.sign() + " | " + outcome.meaning() + " |\n")
                .collect(Collectors.joining());
    }

    private static String libraries() {
        return Arrays.stream(Library.values())
                .map(library -> "| [" + library.title() + "](" + library.documentation() + ") | " + library.version()
                        + " | `" + library.artifact() + "` |\n")
                .collect(Collectors.joining());
    }
}
