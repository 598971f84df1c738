package io.promoflow.features;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A feature made of others of the same window, as an expression in Google's Common Expression
 * Language on doubles (write {@code 2.0}, not {@code 2}). Missing when an input is missing, and
 * when the result is no finite number, say after a division by 0.
 */
final class Expression implements Formula {
  private static final long serialVersionUID = 1L;
  private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9_]+");
  private static final CelRuntime RUNTIME = CelRuntimeFactory.plannerRuntimeBuilder().build();

  private final String text;
  private final List<String> inputs;
  private transient CelRuntime.Program program;

  private Expression(String text, List<String> inputs) {
    this.text = text;
    this.inputs = inputs;
  }

  /**
   * Refuses what is no number made of these features.
   *
   * @param known features that it may name
   */
  static Expression of(String text, List<String> known) throws CelValidationException {
    var words = List.of(NO_WORD.split(text));
    var expression = new Expression(text, known.stream().filter(words::contains).toList());
    expression.program = expression.compile();
    return expression;
  }

  private CelRuntime.Program compile() throws CelValidationException {
    var builder = CelCompilerFactory.standardCelCompilerBuilder().setResultType(SimpleType.DOUBLE);
    inputs.forEach(name -> builder.addVar(name, SimpleType.DOUBLE));
    try {
      return RUNTIME.createProgram(builder.build().compile(text).getAst());
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException("'" + text + "' cannot be evaluated", e);
    }
  }

  @Override
  public List<String> inputs() {
    return inputs;
  }

  @Override
  public double value(double[] values) {
    try {
      if (program == null) {
        program = compile();
      }
      boolean[] missing = new boolean[1];
      Object result =
          program.eval(
              name -> {
                double input = values[inputs.indexOf(name)];
                missing[0] |= Double.isNaN(input);
                return Optional.of(input);
              });
      double value = (Double) result;
      return missing[0] || !Double.isFinite(value) ? Double.NaN : value;
    } catch (CelEvaluationException e) {
      return Double.NaN;
    } catch (CelValidationException e) {
      throw new IllegalStateException("'" + text + "' was good when it was read", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
