package dev.reliability.example.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reliability.example.push.config.Flow;
import dev.reliability.example.push.delivery.Deliveries;
import dev.reliability.example.push.delivery.DeliveryResult;
import dev.reliability.example.push.delivery.Outcome;
import dev.reliability.example.push.engine.Host;
import dev.reliability.example.push.json.Json;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins a flow to the deliveries of the event that it is given. Used by the flow's thread. */
final class FlowHost implements Host {
    private static final Logger LOG = LoggerFactory.getLogger("flow");

    private final Flow flow;
    private @Nullable Deliveries deliveries;

    FlowHost(Flow flow) {
        this.flow = flow;
    }

    void deliverTo(Deliveries ofTheEvent) {
        deliveries = ofTheEvent;
    }

    @Override
    public List<String> destinations() {
        return flow.destinationNames();
    }

    @Override
    public @Nullable String environment() {
        return flow.environment();
    }

    @Override
    public void log(String line) {
        LOG.debug("{}", line);
    }

    @Override
    public @Nullable String deliver(String destination, String payload, Consumer<String> answer) {
        if (deliveries == null) {
            return "the factory cannot deliver: there is no event yet";
        }
        deliveries.begin(destination, payload, result -> answer.accept(json(result)));
        return null;
    }

    private static String json(DeliveryResult result) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("destination", result.destination());
        json.put("delivered", result.outcome() == Outcome.DELIVERED);
        json.put("outcome", result.outcome().text());
        json.put("status", result.status());
        json.put("attempts", result.attempts());
        json.put("problem", result.problem());
        return json.toString();
    }
}
