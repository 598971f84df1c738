package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Season.Phase;
import io.promoflow.deploy.shop.ShopModel.Shopper;
import io.promoflow.deploy.shop.ShopModel.Visit;
import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.LedgerFolder;
import io.promoflow.deploy.shop.ledger.PhaseBook;
import io.promoflow.deploy.shop.ledger.Question;
import io.promoflow.deploy.shop.ledger.SentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Runs the simulated shop against the platform, half-day by half-day: opening, visits, carts,
 * decisions, reactions, and a wait until all of it is worked off.
 *
 * <p>Started again after a crash it goes on with the half-day that was not done. It simulates it
 * anew, identically, but sends only what the topic does not hold yet. So nothing is ever sent twice
 * and every count of the ledger is exact.
 */
public final class ShopDriver {
  private static final int LONGEST_RETURN = 2;

  private final ShopModel model;
  private final Season season;
  private final Happenings happenings;
  private final BadInput badInput;
  private final ShopLine line;
  private final Barrier barrier;
  private final LedgerFolder ledger;
  private final Duration trainingSlide;
  private final Consumer<String> progress;

  /**
   * @param trainingSlide the trainer's windows end at multiples of this since the epoch
   * @param progress is told about each half-day
   */
  public ShopDriver(
      ShopModel model,
      Season season,
      ShopLine line,
      Barrier barrier,
      LedgerFolder ledger,
      Duration trainingSlide,
      Consumer<String> progress) {
    this.model = model;
    this.season = season;
    this.happenings = new Happenings(model);
    this.badInput = new BadInput(model.draws());
    this.line = line;
    this.barrier = barrier;
    this.ledger = ledger;
    this.trainingSlide = trainingSlide;
    this.progress = progress;
  }

  /** Runs what is left of the season; the books of all of it. */
  public List<PhaseBook> run() throws Exception {
    var books = new ArrayList<>(ledger.completed());
    barrier.caughtUp();
    for (Phase phase : season.phases()) {
      if (phase.index() >= books.size()) {
        books.add(run(phase, books));
        tell(phase, books.get(phase.index()));
      }
    }
    return books;
  }

  private PhaseBook run(Phase phase, List<PhaseBook> earlier) throws Exception {
    Optional<PhaseBook> interrupted = ledger.read(phase.index());
    Map<String, Long> offsets = interrupted.map(PhaseBook::offsets).orElseGet(line::ends);
    Set<Integer> sent = interrupted.isPresent() ? line.sentSince(offsets, phase.index()) : Set.of();
    PhaseBook book = PhaseBook.begun(phase.index(), offsets);
    try (LedgerFolder.Pen pen = ledger.begin(phase.index(), offsets)) {
      var work = new Work(phase, book, pen, sent, earlier);
      work.open();
      List<Visit> visits = visits(phase);
      work.visit(visits);
      Map<String, Answer> answers = work.browse(visits);
      work.react(visits, answers);
      barrier.caughtUp();
      awaitTraining(phase);
      pen.done();
    }
    return book.completed();
  }

  private List<Visit> visits(Phase phase) {
    return model.shoppers().stream().flatMap(s -> model.visit(s, phase).stream()).toList();
  }

  private void awaitTraining(Phase phase) throws Exception {
    Instant boundary = phase.middle();
    if (boundary.toEpochMilli() % trainingSlide.toMillis() == 0) {
      barrier.trained(boundary);
      barrier.caughtUp();
    }
  }

  private void tell(Phase phase, PhaseBook book) {
    int day = phase.index() / 2 + 1;
    progress.accept(
        String.format(
            java.util.Locale.ROOT,
            "day %2d %s: %,d events sent, %,d decisions",
            day,
            phase.isMorning() ? "by day  " : "by night",
            book.events().size(),
            book.answers().size()));
  }

  /** One half-day under way. */
  private final class Work {
    private final Phase phase;
    private final PhaseBook book;
    private final LedgerFolder.Pen pen;
    private final Set<Integer> sent;
    private final List<PhaseBook> earlier;

    Work(
        Phase phase,
        PhaseBook book,
        LedgerFolder.Pen pen,
        Set<Integer> sent,
        List<PhaseBook> earlier) {
      this.phase = phase;
      this.book = book;
      this.pen = pen;
      this.sent = sent;
      this.earlier = earlier;
    }

    /**
     * The first visits after midnight: one per partition of the decisions, and then a wait. They
     * let event time pass midnight, so that what evaluation proposes at midnight is in force before
     * anybody else comes, and not somewhere in the middle.
     */
    void open() throws Exception {
      if (!season.isExperimenting(phase) || !phase.isMorning()) {
        return;
      }
      List<String> ids = model.shoppers().stream().map(Shopper::id).toList();
      for (String shopper : line.oneShopperPerPartition(ids)) {
        String requestId = "o-" + phase.index() + "-" + shopper;
        ask(List.of(new Question(requestId, Question.VISIT, shopper, phase.start(), 0)));
      }
      barrier.caughtUp();
    }

    void visit(List<Visit> visits) {
      if (season.isExperimenting(phase)) {
        ask(
            visits.stream()
                .sorted(java.util.Comparator.comparing(Visit::at))
                .map(this::question)
                .toList());
      }
    }

    private Question question(Visit visit) {
      String requestId = "v-" + phase.index() + "-" + visit.shopper().index();
      return new Question(requestId, Question.VISIT, visit.shopper().id(), visit.at(), 0);
    }

    private void ask(List<Question> questions) {
      note(questions);
      pen.force();
      note(line.ask(questions), book);
    }

    Map<String, Answer> browse(List<Visit> visits) {
      List<SentEvent> events = happenings.browsing(visits);
      List<Question> questions =
          events.stream()
              .filter(event -> event.act() == io.promoflow.deploy.shop.ledger.Act.ADD)
              .map(Work::question)
              .toList();
      note(questions);
      send(events);
      Set<String> ids = questions.stream().map(Question::requestId).collect(Collectors.toSet());
      List<Answer> answers = line.decisions(ids, book.offsets());
      note(answers, book);
      return answers.stream().collect(Collectors.toMap(Answer::requestId, answer -> answer));
    }

    private static Question question(SentEvent added) {
      return new Question(
          added.id(), Question.CART_ADD, added.shopper(), added.at(), added.grossCents());
    }

    void react(List<Visit> visits, Map<String, Answer> answers) {
      int from = Math.max(0, earlier.size() - LONGEST_RETURN);
      send(happenings.reactions(phase, visits, answers, earlier.subList(from, earlier.size())));
    }

    private void send(List<SentEvent> good) {
      Optional<PhaseBook> before =
          earlier.isEmpty() ? Optional.empty() : Optional.of(earlier.get(earlier.size() - 1));
      List<SentEvent> all = badInput.among(good, phase.index(), before, book.events().size());
      book.events().addAll(all);
      pen.events(all);
      pen.force();
      line.send(phase.index(), all.stream().filter(event -> !sent.contains(event.seq())).toList());
    }

    private void note(List<Question> questions) {
      book.questions().addAll(questions);
      pen.questions(questions);
    }

    private void note(List<Answer> answers, PhaseBook into) {
      into.answers().addAll(answers);
      pen.answers(answers);
    }
  }
}
