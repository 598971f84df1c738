package io.promoflow.models.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ImportancePictureTest {
  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void everyFeatureHasABarWithItsShare() throws Exception {
    var importance = new Importance(Map.of("views_7d", 3.0, "spend_cents_7d", 1.0));
    String svg = ImportancePicture.svg("propensity", importance, 20);
    assertThat(parsed(svg).getElementsByTagName("g").getLength()).isEqualTo(2);
    assertThat(svg).contains(">75.0 %<", ">25.0 %<", "width=\"320.0\"", "width=\"106.7\"");
    assertThat(svg.indexOf("views_7d")).isLessThan(svg.indexOf("spend_cents_7d"));
  }

  @Test
  void theTextDependsOnNothingButTheNumbers() {
    Locale usual = Locale.getDefault();
    var importance = new Importance(Map.of("a", 3.0, "b", 1.5));
    String svg = ImportancePicture.svg("propensity", importance, 20);
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(ImportancePicture.svg("propensity", importance, 20)).isEqualTo(svg);
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void namesAreEscaped() throws Exception {
    String name = "</text><script>\"&'\u0000\uD800";
    String svg = ImportancePicture.svg(name, new Importance(Map.of(name, 1.0)), 20);
    assertThat(parsed(svg).getElementsByTagName("script").getLength()).isZero();
    assertThat(parsed(svg).getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("</text><script>\"&'??");
  }

  @Test
  void longNamesAreShortenedAndManyFeaturesShareABar() throws Exception {
    var means = new TreeMap<String, Double>();
    IntStream.range(0, 30).forEach(i -> means.put("feature_".repeat(9) + i, 30.0 - i));
    String svg = ImportancePicture.svg("propensity", new Importance(means), 10);
    assertThat(parsed(svg).getElementsByTagName("g").getLength()).isEqualTo(11);
    assertThat(svg).contains("…<", ">20 more<");
  }

  @Test
  void featuresThatMoveNothingGiveEmptyBars() throws Exception {
    String svg = ImportancePicture.svg("flat", new Importance(Map.of("a", 0.0)), 20);
    assertThat(parsed(svg).getElementsByTagName("g").getLength()).isEqualTo(1);
    assertThat(svg).contains(">0.0 %<").doesNotContain("NaN");
  }
}
