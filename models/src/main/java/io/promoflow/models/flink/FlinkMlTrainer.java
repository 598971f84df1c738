package io.promoflow.models.flink;

import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * A trainer made of stages of Flink ML, any of them. A subclass says in {@link #plan} which; this
 * class fits them on a cluster that stays warm, several fits as branches of one job so that the
 * waits of their iterations overlap.
 */
public abstract class FlinkMlTrainer implements Trainer {
  /** Columns that stages read: a vector, and two numbers. */
  protected static final String FEATURES = SampleTable.FEATURES;

  protected static final String LABEL = SampleTable.LABEL;
  protected static final String WEIGHT = SampleTable.WEIGHT;

  /** More branches in one job run out of network buffers. */
  private static final int MOST_BRANCHES = 16;

  private SharedCluster shared;

  /** The stages of a fit, and how to read them once they are fitted. */
  protected abstract PipelinePlan plan(Request request) throws TrainingException;

  @Override
  public Learned train(Request request) throws TrainingException, InterruptedException {
    Outcome outcome = trainAll(List.of(request)).get(0);
    if (outcome.refusal() != null) {
      throw new TrainingException(outcome.refusal());
    }
    return outcome.learned();
  }

  @Override
  public List<Outcome> trainAll(List<Request> requests) throws InterruptedException {
    var outcomes = new Outcome[requests.size()];
    var plans = new TreeMap<Integer, PipelinePlan>();
    for (int i = 0; i < outcomes.length; i++) {
      try {
        SampleCheck.check(requests.get(i).sample(), task());
        plans.put(i, plan(requests.get(i)));
      } catch (TrainingException e) {
        outcomes[i] = new Outcome(null, e.getMessage());
      }
    }
    var numbers = new ArrayList<>(plans.keySet());
    for (int from = 0; from < numbers.size(); from += MOST_BRANCHES) {
      List<Integer> some = numbers.subList(from, Math.min(from + MOST_BRANCHES, numbers.size()));
      List<Outcome> fitted = fit(some.stream().map(plans::get).toList());
      for (int i = 0; i < some.size(); i++) {
        outcomes[some.get(i)] = fitted.get(i);
      }
    }
    return Arrays.asList(outcomes);
  }

  /** One job for all; when it fails, one for each, so that a bad one harms no other. */
  private List<Outcome> fit(List<PipelinePlan> plans) throws InterruptedException {
    try {
      return run(plans);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      if (plans.size() == 1) {
        return List.of(new Outcome(null, "Flink ML failed: " + reason(e)));
      }
      var outcomes = new ArrayList<Outcome>();
      for (PipelinePlan plan : plans) {
        outcomes.addAll(fit(List.of(plan)));
      }
      return outcomes;
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage() == null ? root.getClass() : root.getMessage());
  }

  private List<Outcome> run(List<PipelinePlan> plans) throws Exception {
    StreamExecutionEnvironment env = cluster().environment();
    var tables = StreamTableEnvironment.create(env);
    var inputs = new IdentityHashMap<Sample, Table>();
    var branches = new ArrayList<PipelineBranch>();
    try {
      for (PipelinePlan plan : plans) {
        Table input =
            inputs.computeIfAbsent(plan.input(), sample -> SampleTable.of(env, tables, sample));
        branches.add(new PipelineBranch(tables, input, plan.stages()));
      }
      env.execute(name());
    } catch (Exception e) {
      branches.forEach(PipelineBranch::take);
      throw e;
    }
    var outcomes = new ArrayList<Outcome>();
    for (int i = 0; i < plans.size(); i++) {
      outcomes.add(read(plans.get(i), branches.get(i)));
    }
    return outcomes;
  }

  private static Outcome read(PipelinePlan plan, PipelineBranch branch) {
    try {
      return new Outcome(plan.reading().read(branch.take()), null);
    } catch (TrainingException e) {
      return new Outcome(null, e.getMessage());
    }
  }

  private synchronized WarmCluster cluster() {
    if (shared == null) {
      shared = SharedCluster.enter();
    }
    return shared.cluster();
  }

  @Override
  public synchronized void close() throws Exception {
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }
}
