package io.promoflow.features;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.Serializable;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which events count, as an expression in Google's Common Expression Language: typed, checked when
 * it is read, without side effects and always at an end.
 *
 * <p>It may name the fields of {@link EventNumber} (0 when the event does not say) and {@link
 * EventText} ('' when it does not say), {@code type}, {@code hour} (0 to 23) and {@code weekday} (1
 * is Monday), both in UTC.
 */
public final class EventFilter implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Function<ShopEvent, Object>> FIELDS = fields();
  private static final CelCompiler COMPILER = compiler();
  private static final CelRuntime RUNTIME = CelRuntimeFactory.plannerRuntimeBuilder().build();

  private final String text;
  private transient CelRuntime.Program program;

  private EventFilter(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  /** Refuses what is no condition on an event. */
  public static EventFilter of(String text) throws CelValidationException {
    return new EventFilter(text, compile(text));
  }

  private static CelCompiler compiler() {
    var builder = CelCompilerFactory.standardCelCompilerBuilder().setResultType(SimpleType.BOOL);
    for (EventNumber number : EventNumber.values()) {
      builder.addVar(number.field(), SimpleType.INT);
    }
    for (EventText field : EventText.values()) {
      builder.addVar(field.field(), SimpleType.STRING);
    }
    return builder
        .addVar("type", SimpleType.STRING)
        .addVar("hour", SimpleType.INT)
        .addVar("weekday", SimpleType.INT)
        .build();
  }

  private static CelRuntime.Program compile(String text) throws CelValidationException {
    try {
      return RUNTIME.createProgram(COMPILER.compile(text).getAst());
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException("'" + text + "' cannot be evaluated", e);
    }
  }

  /** Whether the event counts; an expression that fails on it (say, divides by 0) says no. */
  boolean test(ShopEvent event) {
    try {
      if (program == null) {
        program = compile(text);
      }
      return (Boolean) program.eval(name -> Optional.of(FIELDS.get(name).apply(event)));
    } catch (CelEvaluationException e) {
      return false;
    } catch (CelValidationException e) {
      throw new IllegalStateException("'" + text + "' was good when it was read", e);
    }
  }

  private static Map<String, Function<ShopEvent, Object>> fields() {
    var fields = new HashMap<String, Function<ShopEvent, Object>>();
    for (EventNumber number : EventNumber.values()) {
      fields.put(number.field(), number::of);
    }
    for (EventText text : EventText.values()) {
      fields.put(text.field(), event -> Objects.requireNonNullElse(text.of(event), ""));
    }
    fields.put("type", event -> event.type().name());
    fields.put("hour", event -> (long) event.at().atOffset(ZoneOffset.UTC).getHour());
    fields.put(
        "weekday", event -> (long) event.at().atOffset(ZoneOffset.UTC).getDayOfWeek().getValue());
    return Map.copyOf(fields);
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventFilter filter && filter.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
