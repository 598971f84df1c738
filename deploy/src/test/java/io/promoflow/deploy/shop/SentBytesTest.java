package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.SentEvent;
import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParseResult;
import io.promoflow.ingestion.flink.IngestionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RejectionReason;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the shop sends is what its ledger says ingestion will make of it. */
class SentBytesTest {
  private static final Season FORTNIGHT = Season.fortnight();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-06-01T00:00:00Z"), ZoneOffset.UTC);

  private final ShopModel shop = new ShopModel(42, 300);
  private final Happenings happenings = new Happenings(shop);
  private final EventParser parser =
      new EventParser(
          IngestionOptions.from(
                  Settings.of(
                      Map.of(
                          "kafka.bootstrap-servers", "none:1",
                          "postgres.url", "none",
                          "ingestion.pseudonym.key", "a-key-for-tests-only")))
              .limits(),
          CLOCK);

  private List<SentEvent> goodEvents() {
    var phase = FORTNIGHT.phase(12);
    var visits = shop.shoppers().stream().flatMap(s -> shop.visit(s, phase).stream()).toList();
    var answers = new HashMap<String, Answer>();
    visits.forEach(
        visit -> {
          String id = Happenings.cartEventId(visit);
          String promotion = visit.shopper().index() % 2 == 0 ? Terms.PROMOTION : null;
          answers.put(
              id,
              new Answer(
                  id, "d-" + id, "CART_ADD", "s0", null, null, promotion, 1, CLOCK.instant()));
        });
    var events = new java.util.ArrayList<>(happenings.browsing(visits));
    events.addAll(happenings.reactions(phase, visits, answers, List.of()));
    return events;
  }

  @Test
  void goodEventsAreAcceptedWithTheirMoney() {
    for (SentEvent event : goodEvents()) {
      ParseResult result = parser.parse(RawJson.of(event));
      assertThat(result).as(event.toString()).isInstanceOf(ParseResult.Accepted.class);
      var parsed = ((ParseResult.Accepted) result).events().get(0);
      assertThat(parsed.eventId()).isEqualTo(event.id());
      assertThat(parsed.at()).isEqualTo(event.at());
      assertThat(parsed.grossCents()).isEqualTo(event.grossCents());
      assertThat(parsed.netCents()).isEqualTo(event.grossCents() - event.discount());
    }
  }

  @Test
  void everyWayOfBeingBrokenIsRejectedForItsReason() {
    for (SentEvent event : goodEvents()) {
      for (RejectionReason reason : RawJson.BROKEN) {
        ParseResult result = parser.parse(RawJson.of(event.expecting(reason.name())));
        assertThat(result).isInstanceOf(ParseResult.Rejected.class);
        assertThat(((ParseResult.Rejected) result).reason()).isEqualTo(reason);
      }
    }
  }

  @Test
  void eventsAreSentInTheOrderOfTime() {
    List<SentEvent> good = goodEvents();
    for (int i = 1; i < good.size(); i++) {
      assertThat(good.get(i).at()).isAfterOrEqualTo(good.get(i - 1).at());
    }
  }

  @Test
  void badOnesAreFewOfManyKindsAndNumberedWithTheOthers() {
    var badInput = new BadInput(shop.draws());
    List<SentEvent> good = goodEvents();
    var fates = new HashMap<String, Integer>();
    int all = 0;
    for (int phase = 0; phase < 200; phase++) {
      List<SentEvent> events = badInput.among(good, phase, Optional.empty(), 100);
      for (int i = 0; i < events.size(); i++) {
        assertThat(events.get(i).seq()).isEqualTo(100 + i);
      }
      events.forEach(event -> fates.merge(event.expected(), 1, Integer::sum));
      all += events.size();
    }
    int bad = all - fates.get(SentEvent.ACCEPTED);
    assertThat((double) bad / all).isBetween(0.003, 0.007);
    assertThat(fates.keySet())
        .containsAll(RawJson.BROKEN.stream().map(Enum::name).collect(Collectors.toSet()))
        .contains(SentEvent.DUPLICATE);
  }
}
