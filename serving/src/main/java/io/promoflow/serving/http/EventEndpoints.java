package io.promoflow.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.ParseResult.Accepted;
import io.promoflow.ingestion.ParseResult.Rejected;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.http.EventCollector.Raw;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Takes behaviour events in. Whatever can be told apart goes to the topic as it came, also what
 * breaks a rule: ingestion keeps that with its reason.
 */
record EventEndpoints(EventParser parser, EventCollector collector) implements Endpoints {
  private static final int MOST_EVENTS = 1_000;

  /** What takes longer to read than this would keep decisions waiting. */
  private static final int QUICK_BYTES = 65_536;

  /**
   * What was taken.
   *
   * @param received events that were told apart; all of them are kept
   * @param accepted of them that break no rule
   * @param rejected of them that break one, and which; they go to the rejected events
   */
  record Taken(int received, int accepted, List<Refused> rejected) {}

  /**
   * An event that breaks a rule.
   *
   * @param index in the body, from 0
   */
  record Refused(int index, String reason, String path, String detail) {}

  private record Read(List<Raw> raw, Taken taken) {}

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("collect", this::collect);
  }

  private void collect(RoutingContext ctx) {
    boolean dryRun = Endpoints.isDryRun(ctx);
    byte[] body = Endpoints.body(ctx);
    if (body.length <= QUICK_BYTES) {
      answer(ctx, dryRun, read(body));
    } else {
      var read = ctx.vertx().executeBlocking(() -> read(body), false);
      Endpoints.then(ctx, read.toCompletionStage(), found -> answer(ctx, dryRun, found));
    }
  }

  private Read read(byte[] body) {
    List<byte[]> slices = slices(body);
    var raw = new ArrayList<Raw>();
    var refused = new ArrayList<Refused>();
    for (int i = 0; i < slices.size(); i++) {
      ParseResult result = parser.parse(slices.get(i));
      raw.add(new Raw(shopper(result), slices.get(i)));
      if (result instanceof Rejected no) {
        refused.add(new Refused(i, no.reason().name(), no.path(), no.detail()));
      }
    }
    return new Read(raw, new Taken(raw.size(), raw.size() - refused.size(), List.copyOf(refused)));
  }

  private void answer(RoutingContext ctx, boolean dryRun, Read read) {
    if (dryRun) {
      Answers.json(ctx.response(), read.taken());
    } else {
      Endpoints.then(
          ctx,
          collector.append(read.raw()),
          done -> Answers.json(ctx.response(), 202, Wire.bytes(read.taken())));
    }
  }

  private static String shopper(ParseResult result) {
    return result instanceof Accepted event && !event.events().isEmpty()
        ? event.events().get(0).shopperId()
        : null;
  }

  /** The elements of an array as they stand there; anything else is one event. */
  static List<byte[]> slices(byte[] body) {
    var found = new ArrayList<byte[]>();
    try (JsonParser json = Wire.JSON.getFactory().createParser(body)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        return List.of(body);
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == null) {
          throw BodyReader.refused("the array of events does not end");
        }
        if (found.size() == MOST_EVENTS) {
          throw BodyReader.refused("at most " + MOST_EVENTS + " events are taken at a time");
        }
        int from = (int) json.currentTokenLocation().getByteOffset();
        if (from < 0) { // Jackson reads UTF-16 and UTF-32 too, and cannot say where
          throw BodyReader.refused("the array of events must be UTF-8");
        }
        json.skipChildren();
        json.finishToken();
        found.add(Arrays.copyOfRange(body, from, (int) json.currentLocation().getByteOffset()));
      }
      if (json.nextToken() != null) {
        throw BodyReader.refused("there is more after the array of events");
      }
      return found;
    } catch (IOException e) {
      if (found.isEmpty() && !startsAsArray(body)) {
        return List.of(body);
      }
      throw BodyReader.refused("the array of events is no JSON");
    }
  }

  private static boolean startsAsArray(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '[';
      }
    }
    return false;
  }
}
