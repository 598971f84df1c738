package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KafkaPublisherTest {

  @Test
  void modelThatABrokerWouldNotTakeIsRefusedBeforeItIsSent() {
    assertThat(KafkaPublisher.tooLarge(KafkaPublisher.MOST_BYTES)).isEmpty();
    assertThat(KafkaPublisher.tooLarge(1_234_567))
        .hasValueSatisfying(
            why -> assertThat(why).contains("1,234,567 bytes").contains("1,000,000"));
  }
}
