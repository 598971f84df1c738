package io.promoflow.ingestion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.promoflow.ingestion.schema.RejectionReason;
import java.io.IOException;

/**
 * One pass over the bytes that keeps the known fields and refuses what is no JSON of ours: broken
 * syntax, repeated names, NaN, too much nesting, anything behind the object.
 */
final class RawReader {
  private static final int PLACES = 4;

  private final JsonFactory factory;
  private final int maxDepth;

  RawReader(ParserLimits limits) {
    this.maxDepth = limits.maxDepth();
    this.factory = factory(limits);
  }

  private static JsonFactory factory(ParserLimits limits) {
    // The size of the whole is checked first, so no part needs a limit of its own here; depth is
    // counted by us, with a path, just before Jackson's own limit.
    var constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.maxDepth() + 2)
            .maxStringLength(limits.maxBytes())
            .maxNameLength(limits.maxBytes())
            .maxNumberLength(limits.maxBytes())
            .build();
    return new JsonFactoryBuilder()
        .streamReadConstraints(constraints)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
        .build();
  }

  RawEvent read(byte[] bytes) throws Refusal {
    try (JsonParser json = factory.createParser(bytes)) {
      return new Pass(json).event();
    } catch (JsonProcessingException e) {
      throw new Refusal(RejectionReason.NOT_JSON, "$", where(e));
    } catch (IOException e) {
      throw new Refusal(RejectionReason.NOT_JSON, "$", String.valueOf(e.getMessage()));
    }
  }

  private static String where(JsonProcessingException e) {
    var location = e.getLocation();
    String message = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
    return location == null ? message : "at byte " + location.getByteOffset() + ": " + message;
  }

  /** The state of one pass. */
  private final class Pass {
    private final JsonParser json;
    private final RawEvent event = new RawEvent();
    private int depth;

    Pass(JsonParser json) {
      this.json = json;
    }

    RawEvent event() throws IOException, Refusal {
      JsonToken first = next();
      boolean object = first == JsonToken.START_OBJECT;
      if (object) {
        topLevel();
      } else {
        skip(first);
      }
      if (json.nextToken() != null) {
        throw new Refusal(
            RejectionReason.NOT_JSON,
            "$",
            "at byte " + json.currentTokenLocation().getByteOffset() + ": more after the end");
      }
      if (!object) {
        throw new Refusal(
            RejectionReason.NOT_AN_OBJECT, "$", "an event is an object, not " + word(first));
      }
      return event;
    }

    private void topLevel() throws IOException, Refusal {
      while (next() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken token = next();
        int place = nested(name);
        if (place > 0 && token == JsonToken.START_OBJECT) {
          event.home = "$." + name;
          properties(event.home, place);
        } else if (place > 0) {
          misplaced(token, "$", name);
        } else {
          member("$", 0, name, token);
        }
      }
    }

    private void properties(String path, int place) throws IOException, Refusal {
      while (next() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        member(path, place, name, next());
      }
    }

    private void member(String path, int place, String name, JsonToken token)
        throws IOException, Refusal {
      if (name.equals("products") || name.equals("items")) {
        lines(path, place, name, token);
      } else {
        field(event.fields, path, place, name, token);
      }
    }

    private void lines(String path, int place, String name, JsonToken token)
        throws IOException, Refusal {
      if (token != JsonToken.START_ARRAY) {
        misplaced(token, path, name);
        return;
      }
      boolean ga4 = name.equals("items");
      boolean kept = event.beginLines((ga4 ? PLACES : 0) + place, ga4);
      int index = 0;
      for (JsonToken item = next(); item != JsonToken.END_ARRAY; item = next()) {
        String element = name + "[" + index++ + "]";
        if (item == JsonToken.START_OBJECT) {
          var line = line(path + "." + element);
          if (kept) {
            event.addLine(line);
          }
        } else {
          misplaced(item, path, element);
        }
      }
    }

    private RawFields line(String path) throws IOException, Refusal {
      var line = new RawFields(path);
      while (next() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        field(line, path, 0, name, next());
      }
      return line;
    }

    private void field(RawFields into, String path, int place, String name, JsonToken token)
        throws IOException, Refusal {
      var alias = EventField.named(name);
      if (alias != null && present(token)) {
        var value =
            new RawValue(kind(token), text(token), path, name, alias.order() * PLACES + place);
        into.offer(alias.field(), value);
      }
      skip(token);
    }

    /** Null and blank text mean the same as an absent field. */
    private boolean present(JsonToken token) throws IOException {
      return token != JsonToken.VALUE_NULL
          && !(token == JsonToken.VALUE_STRING && json.getText().isBlank());
    }

    private void misplaced(JsonToken token, String path, String name) throws IOException, Refusal {
      if (token != JsonToken.VALUE_NULL) {
        event.misplaced(new RawValue(kind(token), text(token), path, name, 0));
      }
      skip(token);
    }

    private String text(JsonToken token) throws IOException {
      return token == JsonToken.VALUE_STRING || token.isNumeric() ? json.getText() : word(token);
    }

    /** Reads past a structure; a scalar is read already. */
    private void skip(JsonToken token) throws IOException, Refusal {
      if (token != null && token.isStructStart()) {
        int outside = depth - 1;
        while (depth > outside) {
          next();
        }
      }
    }

    private JsonToken next() throws IOException, Refusal {
      JsonToken token = json.nextToken();
      if (token == null) {
        throw new Refusal(RejectionReason.NOT_JSON, "$", "there is no value");
      } else if (token.isStructStart()) {
        if (++depth > maxDepth) {
          throw new Refusal(
              RejectionReason.TOO_DEEP,
              path(json.getParsingContext().getParent()),
              "nested deeper than " + maxDepth);
        }
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT && json.isNaN()) {
        throw new Refusal(
            RejectionReason.NOT_A_NUMBER,
            path(json.getParsingContext()),
            json.getText() + " is no number");
      }
      return token;
    }
  }

  private static int nested(String name) {
    return switch (name) {
      case "properties" -> 1;
      case "event_params" -> 2;
      case "params" -> 3;
      default -> 0;
    };
  }

  private static RawValue.Kind kind(JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return RawValue.Kind.TEXT;
    }
    if (token.isNumeric()) {
      return RawValue.Kind.NUMBER;
    }
    return token.isBoolean() ? RawValue.Kind.TRUTH : RawValue.Kind.STRUCTURE;
  }

  private static String word(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case VALUE_STRING -> "a text";
      default -> "a number";
    };
  }

  private static String path(JsonStreamContext context) {
    if (context == null || context.inRoot()) {
      return "$";
    }
    String parent = path(context.getParent());
    return context.inArray()
        ? parent + "[" + Math.max(0, context.getCurrentIndex()) + "]"
        : parent + "." + context.getCurrentName();
  }
}
