package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
  private static final Set<String> KNOWN = Set.of("dryRun", "note");

  @Test
  void namesAndValuesAreDecoded() {
    assertThat(Query.read("dryRun=true&&note=a+b%26c%3D%C3%B6=d&", KNOWN))
        .isEqualTo(Map.of("dryRun", "true", "note", "a b&c=\u00f6=d"));
    assertThat(Query.read("%6eote", KNOWN)).isEqualTo(Map.of("note", ""));
    assertThat(Query.read("", KNOWN)).isEmpty();
    assertThat(Query.read(null, Set.of())).isEmpty();
  }

  /** Escapes that are none, and bytes that are no UTF-8. */
  @ParameterizedTest
  @ValueSource(strings = {"dryRun=%zz", "dryRun=%", "%z=1", "note=%E9", "note=%C3", "%ff=1"})
  void whatCannotBeReadIsRefused(String query) {
    assertThatThrownBy(() -> Query.read(query, KNOWN))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("the query cannot be read");
  }
}
