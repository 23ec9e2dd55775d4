------------------------------ MODULE Tidemark ------------------------------
(***************************************************************************)
(* The replication protocol of one partition: as it is built in            *)
(* io.tidemark.protocol, and, further down, membership and damage as they  *)
(* are planned.                                                            *)
(*                                                                         *)
(*            Stand               Elected                                  *)
(*   follower -----> candidate ------------> leader                        *)
(*      ^               |                      |                           *)
(*      +---------------+----------------------+                           *)
(*        TakeBatches, HearAskVote, StepDown, Crash                        *)
(*                                                                         *)
(*   a log:   1 . . . commit . . . durable . . . Len(log)                  *)
(*            |------------------------|-------------|                     *)
(*              survives a crash         does not                          *)
(*                                                                         *)
(* What is not here, because it can only make fewer things happen:         *)
(*                                                                         *)
(* - Time. A timer may run out at any moment, so "after so many ticks" is  *)
(*   "at some point". Check-quorum and resigning are StepDown.             *)
(* - Pre-vote (PreCandidate, Voting.preVote). A pre-vote promises nothing  *)
(*   and changes no durable thing; all it does is to keep a replica from   *)
(*   standing that would lose. Here everybody may stand at once: a         *)
(*   superset of the built behaviour. It serves liveness only.             *)
(* - The unsettled moment after StopLeading and TruncateAfter. No message  *)
(*   is taken and none is sent while it lasts, so it may be shrunk to      *)
(*   nothing; what the old writer still appends meanwhile is as if it had  *)
(*   been appended just before. (Taken for granted: Settled means that the *)
(*   truncation is durable.)                                               *)
(* - The windows and resends of PeerProgress: the leader may send any      *)
(*   stretch of its log at any time.                                       *)
(* - A higher epoch that is merely heard of (Fenced, a refused Vote, a      *)
(*   Heartbeat). Who adopts it and then votes, stands or takes batches in  *)
(*   it could as well have adopted it together with that step; who adopts  *)
(*   it and does no such thing only refuses more.                          *)
(* - Reads.                                                                *)
(*                                                                         *)
(* Messages. Nothing in flight is ever taken out: that is repetition and   *)
(* reordering; one that is never looked at is lost.                        *)
(*                                                                         *)
(*   msgs           AskVote, Vote, StandNow                                *)
(*   office[e]      all that the leader of epoch e has said and was told:  *)
(*     .log           Batches of any stretch of it                         *)
(*     .told          Batches, Heartbeat, Committed: the highest commit    *)
(*     .acked[r]      Progress of r: the highest durable LSN               *)
(*                                                                         *)
(* A watermark only rises, and who hears a lower one late does nothing, so *)
(* the highest stands for all: a leader that has not heard it yet is one   *)
(* that has not taken the step Commit yet. A message that nobody can act   *)
(* upon any more is thrown away (Live, Kept), which loss allows.           *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Members,      \* identities, one for each incarnation of a replica
  FirstVoters,  \* whom everybody knows as voters before the log says otherwise
  Nobody,
  MaxEpoch, MaxLsn,                               \* how far it goes
  MaxCrashes, MaxDamage, MaxWipes, MaxChanges,    \* how much goes wrong
  SlowSync,     \* whether records are appended first and durable later
  SlowBallot,   \* whether ballots are promised first and durable later
  Sticky,       \* whether replicas remember that they hear a leader
  HandsOver,    \* whether leaders hand over
  HeaderToo,    \* whether damage takes the identity of a record with it
  Variant       \* "as built", or what is done otherwise: a planted bug, or a cure

ASSUME FirstVoters \subseteq Members

VARIABLES
  rep,     \* each member: what it has in memory and on its disk
  msgs,    \* messages of elections in flight
  office,  \* each epoch: who leads it, what that one says and is told
  chosen,  \* history: what was ever committed, and in which epoch
  spent    \* how much has gone wrong so far

vars == <<rep, msgs, office, chosen, spent>>

Epochs == 1..MaxEpoch
Min(a, b) == IF a < b THEN a ELSE b
Max(a, b) == IF a > b THEN a ELSE b
Highest(S) == CHOOSE n \in S : \A m \in S : m <= n

-----------------------------------------------------------------------------
(* Records and logs. A record is the epoch that wrote it, who wrote it,    *)
(* and, if it is a configuration, the voters from here on. The protocol    *)
(* looks at the epoch alone; the rest lets LogsAgree see a difference.     *)

Record(e, by, voters) == [epoch |-> e, by |-> by, voters |-> voters]

EpochAt(log, lsn) == IF lsn = 0 THEN 0 ELSE log[lsn].epoch

LastEpoch(log) == EpochAt(log, Len(log))

Prefix(log, lsn) == SubSeq(log, 1, lsn)

(* A configuration holds as soon as it is in the log, committed or not.    *)
ConfigLsn(log) ==
  LET all == {i \in 1..Len(log) : log[i].voters # {}}
  IN  IF all = {} THEN 0 ELSE Highest(all)

Voters(log) == IF ConfigLsn(log) = 0 THEN FirstVoters ELSE log[ConfigLsn(log)].voters

QuorumOf(voters) == Cardinality(voters) \div 2 + 1

IsQuorum(some, voters) == Cardinality(some \cap voters) >= QuorumOf(voters)

-----------------------------------------------------------------------------
(* One member: Standing, BallotStore and the role in one.                  *)

Fresh ==
  [ epoch    |-> 0,        \* the ballot in memory: what is promised
    vote     |-> Nobody,
    saved    |-> [epoch |-> 0, vote |-> Nobody],  \* the ballot on disk
    saving   |-> FALSE,    \* a SaveBallot is under way: nothing is sent
    role     |-> "follower",
    handed   |-> FALSE,    \* a candidate because the leader wanted it
    log      |-> <<>>,     \* appended
    durable  |-> 0,
    received |-> 0,        \* Follower.received: agrees with the leader so far
    commit   |-> 0,
    led      |-> FALSE,    \* Standing.leaderIsLive
    held     |-> FALSE,    \* a leader that has told an heir to stand
    hurt     |-> {},       \* LSNs of records that are damaged
    gone     |-> FALSE,    \* takes no more part under this identity
    spoke    |-> 0,        \* history: the highest epoch it has spoken in
    lapsed   |-> FALSE ]   \* history: spoke in a lower one after that

Gone(s) == [Fresh EXCEPT !.gone = TRUE, !.lapsed = s.lapsed]

(* The identity of record lsn can be read.                                 *)
Known(s, lsn) == ~(HeaderToo /\ lsn \in s.hurt)

FirstHurt(s) == CHOOSE i \in s.hurt : \A j \in s.hurt : i <= j

(* Standing.promise: emits SaveBallot, which takes a while.                *)
Promise(s, e, who) ==
  IF s.epoch = e /\ s.vote = who THEN s
  ELSE IF SlowBallot
  THEN [s EXCEPT !.epoch = e, !.vote = who, !.saving = TRUE]
  ELSE [s EXCEPT !.epoch = e, !.vote = who, !.saved = [epoch |-> e, vote |-> who]]

(* new Follower(standing): what is committed agrees with any later leader. *)
Follow(s) ==
  [s EXCEPT !.role = "follower", !.received = s.commit,
            !.led = FALSE, !.held = FALSE, !.handed = FALSE]

(* ReplicaCore.adopt.                                                      *)
Adopt(s, e) == IF e > s.epoch THEN Follow(Promise(s, e, Nobody)) ELSE s

(* The log is now this; what is new in it is not durable yet.              *)
Land(s, log) ==
  [s EXCEPT !.log = log,
            !.durable = IF SlowSync THEN Min(@, Len(log)) ELSE Len(log),
            !.hurt = {i \in @ : i <= Len(log)}]

(* Voting: Standing.logIsAheadOf.                                          *)
Ahead(log, lastLsn, lastEpoch) ==
  \/ LastEpoch(log) > lastEpoch
  \/ LastEpoch(log) = lastEpoch /\ Len(log) > lastLsn

(* Planned: who cannot read the identity of its last record cannot judge.  *)
CanJudge(s) == Len(s.log) = 0 \/ Known(s, Len(s.log))

(* ReplicaCore.isLed. Without Sticky every clock runs out at once.         *)
IsLed(s) == Sticky /\ (s.led \/ s.role = "leader")

(* Follower.report: durable and known to agree. Planned: a damaged record, *)
(* and what is behind it, is not there.                                    *)
Progress(s) ==
  LET there == IF s.hurt = {} THEN s.received ELSE Min(s.received, FirstHurt(s) - 1)
  IN  IF Variant = "ack-at-append" THEN there ELSE Min(s.durable, there)

-----------------------------------------------------------------------------
(* Every action ends in Become: r is now s, and these are the messages.    *)
(* A follower says at once how far it is, if its ballot is durable: the    *)
(* answer to a Heartbeat or to Batches, or Follower.synced.                *)

(* Only where a promise can be forgotten is it worth noting who spoke.     *)
Speak(s, e) ==
  IF SlowBallot THEN [s EXCEPT !.spoke = Max(@, e), !.lapsed = @ \/ e < s.spoke] ELSE s

Reports(s, offices) ==
  /\ s.role = "follower" /\ ~s.saving /\ ~s.gone /\ s.epoch > 0
  /\ offices[s.epoch].by # {} /\ Progress(s) > 0

NoAcks == [m \in Members |-> 0]

Live(some, now) ==
  {m \in some :
     CASE m.kind = "AskVote"  -> now[m.from].role = "candidate" /\ now[m.from].epoch = m.epoch
       [] m.kind = "Vote"     -> now[m.to].role = "candidate" /\ now[m.to].epoch = m.epoch
       [] m.kind = "StandNow" -> now[m.to].epoch <= m.epoch /\ ~now[m.to].gone}

Kept(offices, now) ==
  [e \in Epochs |->
    LET o      == offices[e]
        leads  == \E m \in o.by : now[m].role = "leader" /\ now[m].epoch = e
        wanted == leads \/ \E m \in Members : ~now[m].gone /\ now[m].saved.epoch <= e
    IN  [by    |-> o.by,
         log   |-> IF wanted THEN o.log ELSE <<>>,
         told  |-> IF wanted THEN o.told ELSE 0,
         acked |-> IF leads THEN o.acked ELSE NoAcks]]

Become(r, s, some, offices) ==
  LET reports == Reports(s, offices)
      t  == IF reports THEN Speak(s, s.epoch) ELSE s
      of == IF reports
            THEN [offices EXCEPT ![s.epoch].acked[r] = Max(@, Progress(s))]
            ELSE offices
  IN  /\ rep' = [rep EXCEPT ![r] = t]
      /\ msgs' = Live(some, rep')
      /\ office' = Kept(of, rep')

-----------------------------------------------------------------------------
(* Elections.                                                              *)
(*                                                                         *)
(*   candidate                     voter                                   *)
(*      | SaveBallot (e, self)       |                                     *)
(*      |--- AskVote(e, last) ------>| SaveBallot (e, candidate)           *)
(*      |<------- Vote(e) -----------|   only then the answer              *)
(*   quorum, its own vote among it once durable: leader                    *)

AskVote(r, s) ==
  [kind |-> "AskVote", epoch |-> s.epoch, from |-> r,
   lastLsn |-> Len(s.log), lastEpoch |-> LastEpoch(s.log), handedOver |-> s.handed]

Vote(r, s) == [kind |-> "Vote", epoch |-> s.epoch, from |-> r, to |-> s.vote]

(* What waits for the ballot of s, or, without waiting, what it says.      *)
Held(r, s) ==
  IF s.role = "candidate" THEN {AskVote(r, s)}
  ELSE IF s.vote \notin {Nobody, r} THEN {Vote(r, s)} ELSE {}

SendWhenSaved(r, s) ==
  IF s.saving /\ Variant # "send-before-ballot" THEN {} ELSE Held(r, s)

Spoken(r, s) == IF SendWhenSaved(r, s) # {} THEN Speak(s, s.epoch) ELSE s

StandIn(r, e, handed) ==
  LET s == [Promise(rep[r], e, r) EXCEPT
              !.role = "candidate", !.handed = handed, !.received = 0,
              !.led = FALSE, !.held = FALSE]
  IN  Become(r, Spoken(r, s), msgs \cup SendWhenSaved(r, s), office)

(* Planned: not with damage in the log, not without a vote of its own.     *)
MayStand(s, r) == ~s.gone /\ s.hurt = {} /\ r \in Voters(s.log)

(* PreCandidate.stand and Candidate.stand: the leader has been silent, or  *)
(* said that it resigned, or the candidate was not elected in time. In the *)
(* next epoch, or in the one after any that it may have heard of meanwhile *)
(* (ReplicaCore.adopt): that is one which somebody has made durable. Who   *)
(* led has stepped down just before.                                       *)
Stand(r, e) ==
  /\ MayStand(rep[r], r) /\ ~IsLed(rep[r])
  /\ e > rep[r].epoch
  /\ e = rep[r].epoch + 1 \/ \E m \in Members : rep[m].saved.epoch = e - 1
  /\ StandIn(r, e, FALSE)
  /\ UNCHANGED <<chosen, spent>>

(* BallotSynced, and Outgoing.ballotSaved: what was held back is sent. If  *)
(* several ballots were under way, the last is as good as all of them: the *)
(* earlier ones might have been durable before the later were promised.    *)
BallotSaved(r) ==
  LET s == rep[r]
      t == [s EXCEPT !.saved = [epoch |-> s.epoch, vote |-> s.vote], !.saving = FALSE]
  IN  /\ s.saving
      /\ Become(r, Spoken(r, t), msgs \cup SendWhenSaved(r, t), office)
      /\ UNCHANGED <<chosen, spent>>

(* ReplicaCore.received, inEpoch, then Voting.vote, in any role. A vote    *)
(* that is refused only teaches the epoch.                                 *)
HearAskVote(r, m) ==
  LET s == Adopt(rep[r], m.epoch)
      t == Promise(s, m.epoch, m.from)
  IN  /\ m.kind = "AskVote" /\ m.from # r /\ ~rep[r].gone
      /\ m.epoch >= rep[r].epoch
      /\ ~(m.epoch > rep[r].epoch /\ IsLed(rep[r]) /\ ~m.handedOver)
      /\ s.vote \in {Nobody, m.from}
      /\ CanJudge(s) /\ ~Ahead(s.log, m.lastLsn, m.lastEpoch)
      /\ Become(r, Spoken(r, t), msgs \cup SendWhenSaved(r, t), office)
      /\ UNCHANGED <<chosen, spent>>

HearsAskVote(r) == \E m \in msgs : HearAskVote(r, m)

(* Candidate.count, Leader.elected. The votes in flight are heard at once: *)
(* a candidate that has not heard them has not taken this step. The anchor *)
(* is the first Append.                                                    *)
Elected(r) ==
  LET s       == rep[r]
      granted == {m.from : m \in {n \in msgs : n.kind = "Vote" /\ n.to = r /\ n.epoch = s.epoch}}
                   \cup (IF s.saving THEN {} ELSE {r})
  IN  /\ s.role = "candidate"
      /\ IsQuorum(granted, Voters(s.log))
      /\ Become(r, [s EXCEPT !.role = "leader"], msgs,
                [office EXCEPT ![s.epoch] =
                   [by |-> @.by \cup {r}, log |-> s.log, told |-> s.commit, acked |-> NoAcks]])
      /\ UNCHANGED <<chosen, spent>>

(* Leader.resign by check-quorum, Leader.retire. Resigned in flight makes  *)
(* others lose their patience, which Silence and Stand do anyway. Of use   *)
(* only to forget stickiness: a leader may always be one that does nothing *)
(* any more until it stands, votes or follows.                             *)
StepDown(r) ==
  /\ Sticky /\ rep[r].role = "leader"
  /\ Become(r, Follow(rep[r]), msgs, office)
  /\ UNCHANGED <<chosen, spent>>

(* The patience of a follower is over.                                     *)
Silence(r) ==
  /\ rep[r].led
  /\ Become(r, [rep[r] EXCEPT !.led = FALSE], msgs, office)
  /\ UNCHANGED <<chosen, spent>>

-----------------------------------------------------------------------------
(* Records.                                                                *)
(*                                                                         *)
(*   leader                              follower                          *)
(*   Append, Sync                           |                              *)
(*      |--- Batches(prev, ..upto) -------->| TakeBatches                  *)
(*      |                                   | Sync                         *)
(*      |<-- Progress(durable) -------------|                              *)
(*   Commit                                 |                              *)
(*      |--- Committed -------------------->| HearCommit                   *)

WriteRecord(r, record) ==
  LET s == Land(rep[r], Append(rep[r].log, record))
  IN  Become(r, s, msgs, [office EXCEPT ![s.epoch].log = s.log])

(* Leader.appended: the anchor, or a producer's record.                    *)
AppendRecord(r) ==
  /\ rep[r].role = "leader" /\ Len(rep[r].log) < MaxLsn
  /\ ~rep[r].held \/ Variant = "hold-nothing"
  /\ WriteRecord(r, Record(rep[r].epoch, r, {}))
  /\ UNCHANGED <<chosen, spent>>

(* Event.Synced.                                                           *)
Sync(r) ==
  /\ rep[r].durable < Len(rep[r].log) /\ ~rep[r].gone
  /\ Become(r, [rep[r] EXCEPT !.durable = Len(rep[r].log)], msgs, office)
  /\ UNCHANGED <<chosen, spent>>

(* Follower.batches, lastCommon.                                           *)
(*                                                                         *)
(*   own log       1 1 2 2                                                 *)
(*   Batches         1 3 3     prev = 2, upto = 4                          *)
(*                     ^ the first that differs: truncate after 2, and     *)
(*                       take the rest when it comes again                 *)
(*                                                                         *)
(* Planned, where identities are damaged (x): a later record that agrees   *)
(* proves that those below agree too, and they are repaired from the batch.*)
(* One that differs is cut off, but the damaged ones before it stay: they  *)
(* may be committed. If nothing known is behind them, and the batch covers *)
(* them to the end of the log, they are replaced, in one durable step.     *)
(*                                                                         *)
(*   own log       1 x 2       1 x 2        1 x                            *)
(*   Batches       1 1 2       1 3 3        1 3 3                          *)
(*   becomes       1 1 2       1 x          1 3 3                          *)
TakeBatches(r, e, prev, upto) ==
  LET lead    == office[e].log
      adopted == Adopt(rep[r], e)
      s       == IF adopted.role = "candidate" THEN Follow(adopted) ELSE adopted
      here    == Min(upto, Len(s.log))
      overlap == (prev + 1)..here
      same    == {i \in overlap : Known(s, i) /\ s.log[i].epoch = lead[i].epoch}
      differ  == {i \in overlap :
                    IF Known(s, i) THEN s.log[i].epoch # lead[i].epoch
                                   ELSE Variant = "repair-drops-first"}
      blind   == {i \in overlap : ~Known(s, i)}
      proven  == IF same = {} THEN prev ELSE Highest(same)
      whole   == upto >= Len(s.log)
      mended  == {i \in s.hurt \cap overlap : i < proven \/ Known(s, i) \/ whole}
      cut     == (CHOOSE i \in differ : \A j \in differ : i <= j) - 1
      agreed  == IF \E i \in blind : i > proven /\ i \notin mended
                 THEN proven ELSE upto
      heard   == [s EXCEPT !.led = Sticky]
      after   ==
        IF differ # {}
        THEN [Land(heard, Prefix(s.log, cut)) EXCEPT
                !.received = Max(@, IF \E i \in blind : i > proven /\ i <= cut
                                    THEN proven ELSE cut)]
        ELSE LET log == [i \in 1..Max(upto, Len(s.log)) |->
                           IF i > Len(s.log) \/ i \in mended THEN lead[i] ELSE s.log[i]]
             IN  [Land([heard EXCEPT !.hurt = @ \ mended], log) EXCEPT
                    !.received = Max(@, agreed)]
  IN  /\ ~rep[r].gone /\ office[e].by # {} /\ e >= rep[r].epoch
      /\ ~(rep[r].role = "leader" /\ rep[r].epoch = e)
      /\ prev <= Len(s.log) /\ prev <= upto
      /\ prev > 0 => (Known(s, prev) /\ s.log[prev].epoch = lead[prev].epoch)
      /\ Become(r, after, msgs, office)
      /\ UNCHANGED <<chosen, spent>>

(* Which stretches are tried: record by record behind what is known to     *)
(* agree. A longer one is a row of such, one that begins earlier says no   *)
(* more; but for damaged identities, where what is behind proves what is   *)
(* before.                                                                 *)
Asked(r, e, upto) ==
  LET agreed == IF rep[r].role = "follower" /\ rep[r].epoch = e
                THEN rep[r].received ELSE rep[r].commit
  IN  IF HeaderToo /\ rep[r].hurt # {} THEN 0..(upto - 1)
      ELSE IF upto = agreed + 1 THEN {agreed} ELSE {}

TakesBatches(r, e) ==
  \E upto \in 1..Len(office[e].log) :
    \E prev \in Asked(r, e, upto) : TakeBatches(r, e, prev, upto)

(* Follower.advanceCommit, by Heartbeat, Committed or Batches.             *)
HearCommit(r) ==
  LET s == rep[r]
      c == Min(office[s.epoch].told, Min(s.received, s.durable))
  IN  /\ s.role = "follower" /\ ~s.gone /\ s.epoch > 0
      /\ c > s.commit \/ (Sticky /\ ~s.led /\ office[s.epoch].by \notin {{}, {r}})
      /\ Become(r, [s EXCEPT !.commit = Max(@, c), !.led = Sticky], msgs, office)
      /\ UNCHANGED <<chosen, spent>>

(* Leader.advanceCommit, reachedByQuorum: only a record of the own epoch   *)
(* is counted. What is committed is what is durable here as well.          *)
Has(r, lsn) ==
  {m \in Members : office[rep[r].epoch].acked[m] >= lsn}
    \cup (IF rep[r].durable >= lsn THEN {r} ELSE {})

Commit(r) ==
  LET s       == rep[r]
      reached == Highest({0} \cup
                   {n \in 1..Len(s.log) : IsQuorum(Has(r, n), Voters(s.log))})
      c       == Min(reached, s.durable)
  IN  /\ s.role = "leader" /\ c > s.commit
      /\ EpochAt(s.log, reached) = s.epoch \/ Variant = "commit-older-epochs"
      /\ Become(r, [s EXCEPT !.commit = c], msgs,
                [office EXCEPT ![s.epoch].told = c])
      /\ chosen' = [i \in 1..Max(c, Len(chosen)) |->
                      IF i <= Len(chosen) THEN chosen[i]
                      ELSE [record |-> s.log[i], at |-> s.epoch]]
      /\ UNCHANGED spent

-----------------------------------------------------------------------------
(* HandOver.                                                               *)
(*                                                                         *)
(*   leader                        heir                     other          *)
(*      | HoldAppends               |                         |            *)
(*      |  heir has all, durably,   |                         |            *)
(*      |  and all is committed     |                         |            *)
(*      |--- StandNow ------------->| candidate of e + 1      |            *)
(*      |<-------- AskVote(handedOver) ---------------------->|            *)
(*   not sticky for it                           not sticky for it         *)

(* HandOver.tell. That appends were held before is no step of its own: a   *)
(* leader may leave off appending when it likes.                           *)
HandOver(r, heir) ==
  LET s == rep[r]
  IN  /\ HandsOver /\ s.role = "leader" /\ ~s.held /\ heir # r
      /\ office[s.epoch].acked[heir] >= Len(s.log)
      /\ s.commit = Len(s.log)
      /\ Become(r, [s EXCEPT !.held = TRUE],
                msgs \cup {[kind |-> "StandNow", epoch |-> s.epoch, to |-> heir]}, office)
      /\ UNCHANGED <<chosen, spent>>

(* Leader.handOverFailed: ResumeAppends.                                   *)
Resume(r) ==
  /\ rep[r].role = "leader" /\ rep[r].held
  /\ Become(r, [rep[r] EXCEPT !.held = FALSE], msgs, office)
  /\ UNCHANGED <<chosen, spent>>

(* Follower.received(StandNow), Candidate.standForLeader.                  *)
HearStandNow(r, m) ==
  /\ m.kind = "StandNow" /\ m.to = r /\ m.epoch >= rep[r].epoch
  /\ MayStand(rep[r], r) /\ rep[r].role = "follower"
  /\ m.epoch < MaxEpoch
  /\ StandIn(r, m.epoch + 1, TRUE)
  /\ UNCHANGED <<chosen, spent>>

HearsStandNow(r) == \E m \in msgs : HearStandNow(r, m)

-----------------------------------------------------------------------------
(* What goes wrong.                                                        *)

(* Starting over from the disk: ReplicaCore's constructor. The log says    *)
(* what the ballot may not have got round to. As built, that promise is    *)
(* known, and spoken by, without being saved.                              *)
Restarted(s, log, ballot) ==
  LET last == IF log # <<>> /\ Known(s, Len(log)) THEN LastEpoch(log) ELSE 0
      e    == Max(ballot.epoch, last)
  IN  [Fresh EXCEPT
         !.epoch = e,
         !.vote = IF e = ballot.epoch THEN ballot.vote ELSE Nobody,
         !.saved = ballot,
         !.saving = SlowBallot /\ e > ballot.epoch /\ Variant = "restart-saves-ballot",
         !.log = log, !.durable = Len(log),
         !.hurt = {i \in s.hurt : i <= Len(log)},
         !.spoke = s.spoke, !.lapsed = s.lapsed]

(* kill -9, a power cut: what was not synced is lost. A part of it that is *)
(* kept is one that was synced just before.                                *)
Crash(r) ==
  LET s == rep[r]
  IN  /\ spent.crashes < MaxCrashes /\ ~s.gone
      /\ Become(r, Restarted(s, Prefix(s.log, s.durable), s.saved), msgs, office)
      /\ spent' = [spent EXCEPT !.crashes = @ + 1]
      /\ UNCHANGED chosen

(* Planned. A record that was synced cannot be read any more: its payload, *)
(* or, with HeaderToo, also which record it was; that it was there is      *)
(* known. Such a leader resigns.                                           *)
DamageRecord(r, lsn) ==
  LET s == rep[r]
      t == [s EXCEPT !.hurt = @ \cup {lsn}]
  IN  /\ spent.damage < MaxDamage /\ ~s.gone /\ lsn <= s.durable /\ lsn \notin s.hurt
      /\ Become(r,
           IF Variant = "damage-is-the-end" THEN Restarted(s, Prefix(s.log, lsn - 1), s.saved)
           ELSE IF s.role = "follower" THEN t ELSE Follow(t),
           msgs, office)
      /\ spent' = [spent EXCEPT !.damage = @ + 1]
      /\ UNCHANGED chosen

(* Planned. From any peer that has the record of this LSN and epoch.       *)
Repair(r, lsn, peer) ==
  LET s == rep[r]
      p == rep[peer]
  IN  /\ lsn \in s.hurt /\ Known(s, lsn) /\ ~p.gone /\ peer # r
      /\ lsn <= Len(p.log) /\ lsn \notin p.hurt
      /\ p.log[lsn].epoch = s.log[lsn].epoch
      /\ Become(r, [s EXCEPT !.hurt = @ \ {lsn}, !.log[lsn] = p.log[lsn]], msgs, office)
      /\ UNCHANGED <<chosen, spent>>

(* Planned. A ballot that cannot be read: what was promised is not known.  *)
(* Under this identity nothing is said any more; the replica comes back as *)
(* another member.                                                         *)
DamageBallot(r) ==
  LET s == rep[r]
  IN  /\ spent.damage < MaxDamage /\ ~s.gone
      /\ Become(r,
           IF Variant = "bad-ballot-is-zero"
           THEN Restarted(s, Prefix(s.log, s.durable), Fresh.saved)
           ELSE Gone(s),
           msgs, office)
      /\ spent' = [spent EXCEPT !.damage = @ + 1]
      /\ UNCHANGED chosen

(* Planned. The disk is lost, and so is the member. Its node comes back as *)
(* another one, which is nobody's voter until a configuration says so.     *)
Wipe(r) ==
  LET s == rep[r]
  IN  /\ spent.wipes < MaxWipes /\ ~s.gone
      /\ Become(r,
           IF Variant = "wiped-keeps-identity" THEN [Fresh EXCEPT !.lapsed = s.lapsed] ELSE Gone(s),
           msgs, office)
      /\ spent' = [spent EXCEPT !.wipes = @ + 1]
      /\ UNCHANGED chosen

-----------------------------------------------------------------------------
(* Planned: membership. Who is no voter and takes batches is a learner.    *)
(*                                                                         *)
(*   anchor of e committed ---> config A+1 appended: holds from here       *)
(*                                        |  committed by a quorum of A+1  *)
(*                                        +---> next change may begin      *)
(*                                                                         *)
(* A leader may take itself out; it leads, without counting itself, until  *)
(* that is committed, and then steps down.                                 *)
Change(r, voters) ==
  LET s   == rep[r]
      now == Voters(s.log)
  IN  /\ spent.changes < MaxChanges
      /\ s.role = "leader" /\ ~s.held /\ Len(s.log) < MaxLsn
      /\ voters # {}
      /\ Cardinality((voters \ now) \cup (now \ voters)) = 1
      /\ ConfigLsn(s.log) <= s.commit \/ Variant = "change-before-commit"
      /\ EpochAt(s.log, s.commit) = s.epoch
           \/ Variant \in {"change-before-anchor", "change-before-commit"}
      /\ WriteRecord(r, Record(s.epoch, r, voters))
      /\ spent' = [spent EXCEPT !.changes = @ + 1]
      /\ UNCHANGED chosen

Add(r, m)    == m \notin Voters(rep[r].log) /\ Change(r, Voters(rep[r].log) \cup {m})
Remove(r, m) == m \in Voters(rep[r].log) /\ Change(r, Voters(rep[r].log) \ {m})

-----------------------------------------------------------------------------
Init ==
  /\ rep = [m \in Members |-> Fresh]
  /\ msgs = {}
  /\ office = [e \in Epochs |-> [by |-> {}, log |-> <<>>, told |-> 0, acked |-> NoAcks]]
  /\ chosen = <<>>
  /\ spent = [crashes |-> 0, damage |-> 0, wipes |-> 0, changes |-> 0]

Next ==
  \E r \in Members :
    \/ \E e \in Epochs : Stand(r, e)
    \/ BallotSaved(r) \/ Elected(r) \/ StepDown(r) \/ Silence(r)
    \/ HearsAskVote(r) \/ HearsStandNow(r)
    \/ AppendRecord(r) \/ Sync(r) \/ Commit(r) \/ HearCommit(r)
    \/ \E e \in Epochs : TakesBatches(r, e)
    \/ \E heir \in Members : HandOver(r, heir)
    \/ Resume(r)
    \/ Crash(r) \/ DamageBallot(r) \/ Wipe(r)
    \/ \E lsn \in 1..MaxLsn : DamageRecord(r, lsn)
    \/ \E lsn \in 1..MaxLsn, peer \in Members : Repair(r, lsn, peer)
    \/ \E m \in Members : Add(r, m) \/ Remove(r, m)

Spec == Init /\ [][Next]_vars

(* Members that begin alike are alike.                                     *)
Alike == Permutations(FirstVoters) \cup Permutations(Members \ FirstVoters)

(* For a model that is to show one thing only.                             *)
OneRecordAnEpoch ==
  \A e \in Epochs : \A i, j \in 1..Len(office[e].log) :
    office[e].log[i].epoch = office[e].log[j].epoch => i = j

-----------------------------------------------------------------------------
(* The promises of DESIGN.                                                 *)

OneLeaderPerEpoch == \A e \in Epochs : Cardinality(office[e].by) <= 1

(* One (LSN, epoch), one record, and all before it as well: of what is     *)
(* known. A log's epochs never fall.                                       *)
LogsAgree ==
  \A a, b \in Members :
    \A i \in 1..Min(Len(rep[a].log), Len(rep[b].log)) :
      (rep[a].log[i].epoch = rep[b].log[i].epoch) =>
         Prefix(rep[a].log, i) = Prefix(rep[b].log, i)

Holds(log, c) == c <= Len(chosen) /\ c <= Len(log) /\ \A i \in 1..c : log[i] = chosen[i].record

(* A leader has all that was committed in epochs before its own.           *)
LeaderHasAllCommitted ==
  \A r \in Members : rep[r].role = "leader" =>
    \A i \in 1..Len(chosen) : chosen[i].at < rep[r].epoch =>
      i <= Len(rep[r].log) /\ rep[r].log[i] = chosen[i].record

(* What anybody calls committed is what was committed, and nobody drops it.*)
CommittedStays ==
  /\ LeaderHasAllCommitted
  /\ \A r \in Members : ~rep[r].gone => Holds(rep[r].log, rep[r].commit)

(* Who has said a word in epoch e says none in a lower one.                *)
Fenced == \A r \in Members : ~rep[r].lapsed

(* The members that would vote for r, by their logs alone.                 *)
Willing(r) ==
  {m \in Voters(rep[r].log) :
     ~rep[m].gone /\ ~Ahead(rep[m].log, Len(rep[r].log), LastEpoch(rep[r].log))}

Electable(r) ==
  /\ MayStand([rep[r] EXCEPT !.role = "follower"], r)
  /\ IsQuorum(Willing(r), Voters(rep[r].log))

(* Any two quorums that could elect somebody now, each by the voters that  *)
(* its candidate knows, have a member in common.                           *)
QuorumsOverlap ==
  LET able == {r \in Members : Electable(r)}
  IN  \A a, b \in able : Voters(rep[a].log) # Voters(rep[b].log) =>
    QuorumOf(Voters(rep[a].log)) + QuorumOf(Voters(rep[b].log))
      > Cardinality(Willing(a) \cup Willing(b))

(* Invariant of Standing.                                                  *)
WatermarksInOrder ==
  \A r \in Members : rep[r].commit <= rep[r].durable /\ rep[r].durable <= Len(rep[r].log)

(* A leader that holds its appends leaves nothing unknown behind.          *)
HandsOverAll ==
  \A r \in Members : rep[r].held => rep[r].commit = Len(rep[r].log)

(* Nobody is called to stand by a leader that has thought better of it.    *)
NoLateCall ==
  \A m \in msgs : m.kind = "StandNow" =>
    \A r \in Members : (rep[r].role = "leader" /\ rep[r].epoch = m.epoch) => rep[r].held

(* Who hears a leader votes for nobody else, unless the leader wants it.   *)
Stickiness ==
  [][ \A r \in Members :
        (IsLed(rep[r]) /\ rep'[r].epoch > rep[r].epoch /\ rep'[r].vote \notin {Nobody, r}) =>
           \E m \in msgs : /\ m.kind = "AskVote" /\ m.handedOver
                           /\ m.from = rep'[r].vote /\ m.epoch = rep'[r].epoch ]_vars
=============================================================================
