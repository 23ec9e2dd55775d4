package io.tidemark.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.EpochHistory;
import io.tidemark.foundation.ReplicaId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Found by the model in `src/main/tla`: what a replica promised it may know from its log alone,
/// which may be cut.
class ForgottenPromiseTest {
  @Test
  void whatOnlyTheLogKnowsIsSavedBeforeAnythingIsSaid() {
    ReplicaId self = ReplicaId.parse("n1");
    EpochHistory history = new EpochHistory();
    history.append(2, 1);
    ReplicaCore core =
        new ReplicaCore(
            ProtocolConfig.of(self, List.of(self), 1),
            new Ballot(1, Optional.of(self)),
            history,
            1);
    assertThat(core.epoch()).isEqualTo(2);
    assertThat(core.step(new Event.Tick()))
        .first()
        .isEqualTo(new Effect.SaveBallot(new Ballot(2, Optional.empty())));
  }
}
