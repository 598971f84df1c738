package io.promoflow.models.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Trains both models on one window and says what came of it. Plain: the engine is a parameter. */
public final class WindowTraining {
  private static final int ATTEMPTS = 2;

  private final ModelFitter fitter;
  private final TrainingRules rules;

  public WindowTraining(ModelFitter fitter, TrainingRules rules) {
    this.fitter = fitter;
    this.rules = rules;
  }

  /** Always one result per model, published or refused. */
  public List<TrainingResult> train(TrainingWindow window, Champions champions) throws Exception {
    Optional<String> tooFew = tooFew(window);
    return tooFew.isPresent() ? refused(window, tooFew.get()) : new Run(window, champions).train();
  }

  /** The results of a window whose fit broke. */
  List<TrainingResult> failed(TrainingWindow window, Exception why) {
    return refused(window, "the fit failed: " + why);
  }

  private List<TrainingResult> refused(TrainingWindow window, String reason) {
    return List.of(
        new Judgement(window, fitter.name(), SegmentTraining.NAME).refused(reason),
        new Judgement(window, fitter.name(), PropensityTraining.NAME).refused(reason));
  }

  private Optional<String> tooFew(TrainingWindow window) {
    if (window.fitted().size() < rules.minimumRows()) {
      return Optional.of(
          "too few rows: %d of %d examples are old enough to fit on, models.minimum-rows is %d"
              .formatted(window.fitted().size(), window.examples().size(), rules.minimumRows()));
    }
    if (window.heldOut().size() < rules.minimumHeldOut()) {
      return Optional.of(
          "too few rows: %d held out to judge on, a quarter of models.minimum-rows is %d"
              .formatted(window.heldOut().size(), rules.minimumHeldOut()));
    }
    return Optional.empty();
  }

  /** One window's training. */
  private final class Run {
    private final TrainingWindow window;
    private final Planner planner;
    private final SegmentTraining segments;
    private final PropensityTraining propensity;
    private final List<String> segmentFeatures;
    private final List<String> propensityFeatures;

    Run(TrainingWindow window, Champions champions) {
      this.window = window;
      planner = new Planner(window.fitted(), rules);
      segments = new SegmentTraining(window, rules, champions, fitter.name());
      propensity = new PropensityTraining(window, rules, champions, fitter.name());
      segmentFeatures = planner.numeric(rules.segments().features());
      propensityFeatures = planner.numeric(rules.propensity().features());
    }

    List<TrainingResult> train() throws Exception {
      Optional<String> noSegments = noSegments();
      Optional<String> noPropensity = noPropensity();
      Fits fits =
          fitter.fit(
              plan(
                  noSegments.isEmpty() ? Optional.of(segmentPlan(0)) : Optional.empty(),
                  noPropensity.isEmpty() ? Optional.of(propensityPlan()) : Optional.empty()));
      var results = new ArrayList<TrainingResult>();
      results.add(
          noSegments.isPresent()
              ? refused(SegmentTraining.NAME, noSegments.get())
              : segmentResult(fits));
      results.add(
          noPropensity.isPresent()
              ? refused(PropensityTraining.NAME, noPropensity.get())
              : propensity.result(fits.propensity().orElseThrow(), propensityFeatures));
      return results;
    }

    private Optional<String> noSegments() {
      if (segmentFeatures.isEmpty()) {
        return Optional.of("no numeric feature differs between rows");
      }
      return segmentPlan(0).ks().isEmpty()
          ? Optional.of("fewer distinct rows than segments")
          : Optional.empty();
    }

    private Optional<String> noPropensity() {
      return propensity
          .hopeless()
          .or(
              () ->
                  propensityFeatures.isEmpty()
                      ? Optional.of("no numeric feature differs between rows")
                      : Optional.empty());
    }

    /** When every try had to be dropped, other starts may do better: once more, then refuse. */
    private TrainingResult segmentResult(Fits first) throws Exception {
      Fits fits = first;
      for (int attempt = 1; ; attempt++) {
        var chosen = segments.choose(fits.segments().orElseThrow(), segmentFeatures);
        if (chosen.isPresent()) {
          return chosen.get();
        }
        if (attempt == ATTEMPTS) {
          return refused(SegmentTraining.NAME, "no try was usable: " + segments.refusals());
        }
        fits = fitter.fit(plan(Optional.of(segmentPlan(attempt)), Optional.empty()));
      }
    }

    private TrainingResult refused(String name, String reason) {
      return new Judgement(window, fitter.name(), name).refused(reason);
    }

    private FitPlan plan(
        Optional<FitPlan.Segments> segments, Optional<FitPlan.Propensity> propensity) {
      return new FitPlan(window.fitted(), rules.imputation(), segments, propensity);
    }

    private FitPlan.Segments segmentPlan(int attempt) {
      return planner.segments(segmentFeatures, attempt);
    }

    private FitPlan.Propensity propensityPlan() {
      return planner.propensity(
          propensityFeatures, planner.categorical(rules.propensity().categories()));
    }
  }
}
