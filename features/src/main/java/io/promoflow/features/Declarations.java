package io.promoflow.features;

import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads {@code features.yaml} and validates it whole. */
public final class Declarations {
  private static final String SHIPPED = "/features.yaml";

  private Declarations() {}

  /** The declarations that we ship. */
  public static FeatureSet shipped() {
    try (InputStream in = Declarations.class.getResourceAsStream(SHIPPED)) {
      return parse("features.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The declarations of a file. */
  public static FeatureSet read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /** The declarations of a text; refuses it with all its problems at once. */
  public static FeatureSet parse(String source, String yaml) {
    var problems = new Problems(source, DeclarationException::new);
    Block top = problems.read(yaml, List.of("entities", "features"));
    Map<Entity, FeatureSet.Rhythm> entities = entities(top);
    var reader = new DeclarationReader();
    List<Declaration> features = new ArrayList<>();
    for (Block block : top.rules("features", "feature", DeclarationReader.KEYS)) {
      Declaration declaration = reader.read(block);
      if (declaration != null) {
        features.add(declaration);
      }
    }
    if (features.isEmpty()) {
      top.problem("features", "must be a list with a feature at least", null);
    }
    problems.refuseIfAny();
    return new FeatureSet(List.copyOf(features), entities);
  }

  private static Map<Entity, FeatureSet.Rhythm> entities(Block top) {
    var found = new EnumMap<Entity, FeatureSet.Rhythm>(Entity.class);
    Block all = top.block("entities", Arrays.stream(Entity.values()).map(Entity::word).toList());
    if (all == null) {
      return found;
    }
    for (Entity entity : Entity.values()) {
      Block own = all.block(entity.word(), List.of("windows", "slide"));
      if (own != null) {
        var windows = own.has("windows") ? DeclarationReader.windows(own) : null;
        var slide = own.has("slide") ? DeclarationReader.duration(own, "slide") : null;
        found.put(entity, new FeatureSet.Rhythm(windows, slide));
      }
    }
    return found;
  }
}
