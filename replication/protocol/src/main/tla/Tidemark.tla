------------------------------ MODULE Tidemark ------------------------------
(***************************************************************************)
(* The replication protocol of one partition as it is built in             *)
(* io.tidemark.protocol and, where disks and identities are concerned, in  *)
(* io.tidemark.runtime.                                                    *)
(*                                                                         *)
(*            Stand            a quorum has voted                          *)
(*   follower -----> candidate ------------------> leader                  *)
(*     ^  |             |                            |                     *)
(*     |  +-------------+-------------+--------------+                     *)
(*     +- TakeBatches, HearAskVote, Crash            | damage, a lost disk *)
(*     |                                             v                     *)
(*     +----------- Repair ------------- mending, or gone for good         *)
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
(*   standing that would lose. Here everybody may stand at once.           *)
(* - The unsettled moment after StopLeading and TruncateAfter. No message  *)
(*   is taken and none is sent while it lasts, so it may be shrunk to      *)
(*   nothing; what the old writer still appends meanwhile is as if it had  *)
(*   been appended just before. (Taken for granted: Settled means that the *)
(*   truncation is durable.)                                               *)
(* - The windows, resends and questions of PeerProgress: the leader may    *)
(*   send any stretch of its log at any time.                              *)
(* - A higher epoch that is merely heard of (Fenced, a refused Vote, a     *)
(*   Heartbeat). Who adopts it and then votes, stands or takes batches in  *)
(*   it could as well have adopted it together with that step; who adopts  *)
(*   it and does no such thing only refuses more.                          *)
(* - Reads.                                                                *)
(*                                                                         *)
(* Messages in flight are no set of messages. Each kind is kept as what it *)
(* comes to, which only grows as long as anybody can act upon it. So loss, *)
(* repetition and reordering cost no states: a message that was repeated   *)
(* changes nothing, one that is lost or late is a step not taken yet.      *)
(*                                                                         *)
(*   AskVote      a candidate whose ballot is durable; its log is the one  *)
(*                it asked with, since a candidate's log never changes     *)
(*   Vote         .granted of the candidate, from when the vote was sent   *)
(*   Batches      any stretch of office[e].log, all that the leader of     *)
(*                epoch e had in its log                                   *)
(*   Committed, Heartbeat                 office[e].told: the highest      *)
(*   Progress     office[e].acked[r]: the highest                          *)
(*   StandNow     office[e].called                                         *)
(*                                                                         *)
(* What would be heard some day is heard at once where that makes nothing  *)
(* impossible: a candidate with a quorum of votes leads (it need not do    *)
(* anything then), a follower says how far it is, a leader that knows a    *)
(* quorum of that commits. Whatever could be done before can be done       *)
(* after, and more is promised: each such state stands for those in which  *)
(* the message is still on its way.                                        *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Members,      \* identities, one for each incarnation of a replica
  FirstVoters,  \* the founders; the others are replicas that may come later
  Nobody,
  FirstLeader,  \* Nobody: from nothing. Or who leads epoch 1, with its anchor everywhere
  MaxEpoch, MaxLsn,                               \* how far it goes
  MaxCrashes, MaxDamage, MaxWipes, MaxRollbacks,  \* how much goes wrong
  MaxChanges,   \* how many changes of members
  SlowSync,     \* whether records are appended first and durable later
  SlowBallot,   \* whether ballots are promised first and durable later
  TellsCommit,  \* whether followers learn what is committed
  Sticky,       \* whether replicas remember that they hear a leader
  HandsOver,    \* whether leaders hand over
  Variant       \* "as built", or the planted bug

ASSUME FirstVoters \subseteq Members

VARIABLES
  rep,     \* each member: what it has in memory and on its disk
  office,  \* each epoch: who leads it, what that one says and is told
  chosen,  \* history: what was ever committed, and in which epoch
  spent    \* how much has gone wrong so far

vars == <<rep, office, chosen, spent>>

Epochs == 1..MaxEpoch
Min(a, b) == IF a < b THEN a ELSE b
Max(a, b) == IF a > b THEN a ELSE b
Highest(S) == CHOOSE n \in S : \A m \in S : m <= n
Lowest(S) == CHOOSE n \in S : \A m \in S : n <= m

-----------------------------------------------------------------------------
(* Records and logs. A record is the epoch that wrote it and, if it is a   *)
(* change of members, who takes part from here on. With its LSN the epoch  *)
(* is its identity; that the rest is the same is LogsAgree.                *)

Record(e, voters, learners) == [epoch |-> e, voters |-> voters, learners |-> learners]

Data(e) == Record(e, {}, {})

EpochAt(log, lsn) == IF lsn = 0 THEN 0 ELSE log[lsn].epoch

LastEpoch(log) == EpochAt(log, Len(log))

Prefix(log, lsn) == SubSeq(log, 1, lsn)

(* How far two logs have the same records, as far as epochs tell.          *)
Common(log, other) ==
  LET differ == {i \in 1..Min(Len(log), Len(other)) : log[i].epoch # other[i].epoch}
  IN  IF differ = {} THEN Min(Len(log), Len(other)) ELSE Lowest(differ) - 1

(* MemberHistory: a change holds as soon as it is in the log.              *)
ConfigLsn(log) ==
  IF MaxChanges = 0 THEN 0
  ELSE LET all == {i \in 1..Len(log) : log[i].voters # {}}
       IN  IF all = {} THEN 0 ELSE Highest(all)

Voters(log) == LET at == ConfigLsn(log) IN IF at = 0 THEN FirstVoters ELSE log[at].voters

Learners(log) == LET at == ConfigLsn(log) IN IF at = 0 THEN {} ELSE log[at].learners

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
    granted  |-> {},       \* who has voted for this candidate
    log      |-> <<>>,     \* appended
    durable  |-> 0,
    received |-> 0,        \* Follower.received: agrees with the leader so far
    commit   |-> 0,
    led      |-> FALSE,    \* Standing.leaderIsLive
    held     |-> FALSE,    \* a leader that has told an heir to stand
    hurt     |-> {},       \* LSNs of records that are damaged
    copy     |-> {},       \* an older copy of its disk, and who knows better
    spoke    |-> 0,        \* history: the highest epoch it has spoken in
    lapsed   |-> FALSE ]   \* history: spoke in a lower one after that

Gone(s) == [Fresh EXCEPT !.role = "gone", !.lapsed = s.lapsed]

(* Says and does something, which who is mending or gone does not.         *)
TakesPart(s) == s.role \notin {"mending", "gone"}

(* Standing.promise: emits SaveBallot, which takes a while.                *)
Promise(s, e, who) ==
  IF s.epoch = e /\ s.vote = who THEN s
  ELSE IF SlowBallot
  THEN [s EXCEPT !.epoch = e, !.vote = who, !.saving = TRUE]
  ELSE [s EXCEPT !.epoch = e, !.vote = who, !.saved = [epoch |-> e, vote |-> who]]

(* new Follower(standing): what is committed agrees with any later leader. *)
Follow(s) ==
  [s EXCEPT !.role = "follower", !.received = IF TellsCommit THEN s.commit ELSE 0,
            !.commit = IF TellsCommit THEN @ ELSE 0,
            !.granted = {}, !.led = FALSE, !.held = FALSE, !.handed = FALSE]

(* ReplicaCore.adopt.                                                      *)
Adopt(s, e) == IF e > s.epoch THEN Follow(Promise(s, e, Nobody)) ELSE s

(* The log is now this; what is new in it is not durable yet.              *)
Land(s, log) ==
  [s EXCEPT !.log = log, !.durable = IF SlowSync THEN Min(@, Len(log)) ELSE Len(log)]

(* Voting: Standing.logIsAheadOf.                                          *)
Ahead(log, other) ==
  \/ LastEpoch(log) > LastEpoch(other)
  \/ LastEpoch(log) = LastEpoch(other) /\ Len(log) > Len(other)

(* ReplicaCore.isLed. Without Sticky every clock runs out at once.         *)
IsLed(s) == Sticky /\ (s.led \/ s.role = "leader")

(* Follower.report: durable and known to agree.                            *)
Progress(s) == IF Variant = "ack-at-append" THEN s.received ELSE Min(s.durable, s.received)

-----------------------------------------------------------------------------
(* Every action ends in Become: r is now s, and, if it has just voted, for *)
(* cand. What follows from that at once, follows. Who may act at all is    *)
(* said in Next. (\E x \in {value}: TLC works it out once, not at each use.) *)

(* Only where a promise can be forgotten is it worth noting who spoke.     *)
Speak(s, e) ==
  IF SlowBallot THEN [s EXCEPT !.spoke = Max(@, e), !.lapsed = @ \/ e < s.spoke] ELSE s

NoAcks == [m \in Members |-> 0]

Closed == [by |-> {}, log |-> <<>>, told |-> 0, acked |-> NoAcks, called |-> {}]

Reports(r, s, offices) ==
  /\ s.role = "follower" /\ ~s.saving /\ s.epoch > 0
  /\ offices[s.epoch].by \notin {{}, {r}} /\ Progress(s) > 0

(* Leader.advanceCommit, reachedByQuorum: only a record of the own epoch   *)
(* is counted. What is committed is what is durable here as well.          *)
Committed(r, s, acked) ==
  LET voters   == Voters(s.log)
      counts   == IF Variant = "learner-counts" THEN voters \cup Learners(s.log) ELSE voters
      Has(n)   == {m \in counts : acked[m] >= n \/ (m = r /\ s.durable >= n)}
      reached  == {n \in (s.commit + 1)..Len(s.log) : Cardinality(Has(n)) >= QuorumOf(voters)}
  IN  IF reached = {} THEN s.commit
      ELSE IF EpochAt(s.log, Highest(reached)) # s.epoch /\ Variant # "commit-older-epochs"
      THEN s.commit
      ELSE Max(s.commit, Min(Highest(reached), s.durable))

(* A leader sends to members, and to whom it learned of as one.            *)
IsSent(r, log) ==
  r \in FirstVoters \/ \E i \in 1..Len(log) : r \in log[i].voters \cup log[i].learners

(* What nobody can act upon any more is thrown away, which loss allows.    *)
Kept(offices, now) ==
  [e \in Epochs |->
    LET o      == offices[e]
        leads  == \E m \in o.by : now[m].role = "leader" /\ now[m].epoch = e
        wanted == leads \/ \E m \in Members \ o.by :
                    now[m].role # "gone" /\ now[m].saved.epoch <= e /\ IsSent(m, o.log)
    IN  IF o.by = {} THEN o
        ELSE [by     |-> o.by,
              log    |-> IF wanted THEN o.log ELSE <<>>,
              told   |-> IF wanted /\ TellsCommit THEN o.told ELSE 0,
              acked  |-> IF leads THEN o.acked ELSE NoAcks,
              called |-> {m \in o.called : now[m].role # "gone" /\ now[m].epoch <= e}]]

(* Both have heard the other, and so remember how old its disk is.         *)
Met(reps, one, other) ==
  IF MaxRollbacks = 0 \/ one = other THEN reps
  ELSE LET With(c, m) == IF c.started THEN [c EXCEPT !.known = @ \cup {m}] ELSE c
       IN  [reps EXCEPT ![one].copy = {With(c, other) : c \in @},
                        ![other].copy = {With(c, one) : c \in @}]

Become(r, next, cand, nextOffices) == \E s \in {next}, offices \in {nextOffices} :
  LET with    == [rep EXCEPT ![r] = s]
      heard   == cand # Nobody /\ with[cand].role = "candidate" /\ with[cand].epoch = s.epoch
      c       == with[cand]
      granted == c.granted \cup {r}
      wins    == heard /\ IsQuorum(granted, Voters(c.log))
      voted   == IF heard THEN Met(with, r, cand) ELSE with
      elected == IF wins THEN [voted EXCEPT ![cand].role = "leader", ![cand].granted = {}]
                 ELSE IF heard THEN [voted EXCEPT ![cand].granted = granted]
                 ELSE voted
      opened  == IF wins
                 THEN [offices EXCEPT ![s.epoch] =
                        [Closed EXCEPT !.by = offices[s.epoch].by \cup {cand},
                                       !.log = c.log, !.told = c.commit]]
                 ELSE offices
      reports == Reports(r, elected[r], opened)
      spoken  == IF reports THEN [elected EXCEPT ![r] = Speak(@, @.epoch)] ELSE elected
      told    == IF reports
                 THEN [opened EXCEPT ![s.epoch].acked[r] = Max(@, Progress(s))] ELSE opened
      leaders == IF s.epoch = 0 THEN {}
                 ELSE {m \in told[s.epoch].by :
                        spoken[m].role = "leader" /\ spoken[m].epoch = s.epoch}
  IN  IF leaders = {}
      THEN rep' = spoken /\ office' = Kept(told, spoken) /\ UNCHANGED chosen
      ELSE LET l   == CHOOSE m \in leaders : TRUE
               at  == Committed(l, spoken[l], told[s.epoch].acked)
               now == [spoken EXCEPT ![l].commit = at]
           IN  /\ rep' = IF reports THEN Met(now, r, l) ELSE now
               /\ office' = Kept([told EXCEPT ![s.epoch].told = at], now)
               /\ chosen' = IF at <= Len(chosen) THEN chosen
                            ELSE [i \in 1..at |-> IF i <= Len(chosen) THEN chosen[i]
                                   ELSE [record |-> now[l].log[i], at |-> s.epoch]]

-----------------------------------------------------------------------------
(* Elections.                                                              *)
(*                                                                         *)
(*   candidate                     voter                                   *)
(*      | SaveBallot (e, self)       |                                     *)
(*      |--- AskVote(e, last) ------>| SaveBallot (e, candidate)           *)
(*      |<------- Vote(e) -----------|   only then the answer              *)
(*   quorum, its own vote among it once durable: leader                    *)

(* What waits for the ballot is said now: a Vote, or AskVote.              *)
Says(r, next) == \E s \in {next} :
  IF s.saving /\ (Variant # "send-before-ballot" \/ s.role = "candidate")
  THEN Become(r, s, Nobody, office)
  ELSE Become(r, IF s.vote = Nobody THEN s ELSE Speak(s, s.epoch), s.vote, office)

StandIn(r, e, handed) ==
  Says(r, [Promise(rep[r], e, r) EXCEPT
             !.role = "candidate", !.handed = handed, !.granted = {}, !.received = 0,
             !.commit = IF TellsCommit THEN @ ELSE 0, !.led = FALSE, !.held = FALSE])

MayStand(r, s) == TakesPart(s) /\ r \in Voters(s.log)

(* PreCandidate.stand and Candidate.stand: the leader has been silent, or  *)
(* said that it resigned, or the candidate was not elected in time. In the *)
(* next epoch, or in the one after any that it may have heard of meanwhile *)
(* (ReplicaCore.adopt): that is one which somebody has made durable. Who   *)
(* led has stepped down just before.                                       *)
Stand(r, e) ==
  /\ e > rep[r].epoch /\ ~IsLed(rep[r]) /\ MayStand(r, rep[r])
  /\ e = rep[r].epoch + 1 \/ \E m \in Members : rep[m].saved.epoch = e - 1
  /\ StandIn(r, e, FALSE)
  /\ UNCHANGED spent

(* BallotSynced, and Outgoing.ballotSaved: what was held back is sent. If  *)
(* several ballots were under way, the last is as good as all of them: the *)
(* earlier ones might have been durable before the later were promised.    *)
BallotSaved(r) ==
  LET s == rep[r]
  IN  /\ s.saving
      /\ Says(r, [s EXCEPT !.saved = [epoch |-> s.epoch, vote |-> s.vote], !.saving = FALSE])
      /\ UNCHANGED spent

(* ReplicaCore.received, inEpoch, then Voting.vote, in any role. A vote    *)
(* that is refused only teaches the epoch.                                 *)
HearAskVote(r, cand) ==
  LET c == rep[cand]
      s == Adopt(rep[r], c.epoch)
  IN  /\ cand # r
      /\ ~c.saving \/ Variant = "send-before-ballot"
      /\ c.epoch >= rep[r].epoch
      /\ r \in Voters(c.log) \ c.granted
      /\ ~(c.epoch > rep[r].epoch /\ IsLed(rep[r]) /\ ~c.handed)
      /\ s.vote \in {Nobody, cand} /\ ~(s.vote = cand /\ s.saving)
      /\ ~Ahead(s.log, c.log)
      /\ Says(r, Promise(s, c.epoch, cand))
      /\ UNCHANGED spent

(* Leader.resign by check-quorum, Leader.retire. Resigned in flight makes  *)
(* others lose their patience, which Silence and Stand do anyway. Of use   *)
(* only to forget stickiness: a leader may always be one that does nothing *)
(* any more until it stands, votes or follows.                             *)
StepDown(r) ==
  /\ Sticky
  /\ Become(r, Follow(rep[r]), Nobody, office)
  /\ UNCHANGED spent

(* The patience of a follower is over.                                     *)
Silence(r) ==
  /\ rep[r].led
  /\ Become(r, [rep[r] EXCEPT !.led = FALSE], Nobody, office)
  /\ UNCHANGED spent

(* A Heartbeat, which keeps a follower from standing.                      *)
HearLeader(r, e) ==
  LET s == Adopt(rep[r], e)
      t == IF s.role = "candidate" THEN Follow(s) ELSE s
  IN  /\ Sticky
      /\ office[e].by \notin {{}, {r}} /\ ~t.led
      /\ Become(r, [t EXCEPT !.led = TRUE], Nobody, office)
      /\ UNCHANGED spent

-----------------------------------------------------------------------------
(* Records.                                                                *)
(*                                                                         *)
(*   leader                              follower                          *)
(*   Append, Sync                           |                              *)
(*      |--- Batches(prev, ..upto) -------->| TakeBatches                  *)
(*      |                                   | Sync                         *)
(*      |<-- Progress(durable) -------------|                              *)
(*   commits                                |                              *)
(*      |--- Committed -------------------->| HearCommit                   *)

WriteRecord(r, record) ==
  \E s \in {Land(rep[r], Append(rep[r].log, record))} :
      Become(r, s, Nobody, [office EXCEPT ![s.epoch].log = s.log])

(* Leader.appended: the anchor, or a producer's record.                    *)
AppendRecord(r) ==
  /\ Len(rep[r].log) < MaxLsn
  /\ ~rep[r].held \/ Variant = "hold-nothing"
  /\ WriteRecord(r, Data(rep[r].epoch))
  /\ UNCHANGED spent

(* Event.Synced. A sync that fails fences the writer: the replica says no  *)
(* more until it is started again, and that is Crash.                      *)
Sync(r) ==
  /\ rep[r].durable < Len(rep[r].log)
  /\ Become(r, [rep[r] EXCEPT !.durable = Len(rep[r].log)], Nobody, office)
  /\ UNCHANGED spent

(* Follower.batches, lastCommon.                                           *)
(*                                                                         *)
(*   own log       1 1 2 2                                                 *)
(*   Batches         1 3 3     prev = 2, upto = 4                          *)
(*                     ^ the first that differs: truncate after 2, and     *)
(*                       take the rest when it comes again                 *)
(*                                                                         *)
(* Three kinds of steps: the logs differ, and the own one is cut; they     *)
(* agree further than was known; a record is taken. A longer stretch is a  *)
(* row of such, and to know less of what agrees only makes silent.         *)
TakeBatches(r, e) ==
  LET o       == office[e]
      adopted == Adopt(rep[r], e)
      s       == IF adopted.role = "candidate" THEN Follow(adopted) ELSE adopted
      common  == Common(s.log, o.log)
      after   == [s EXCEPT !.led = Sticky, !.received = Max(@, common)]
      differ  == common < Len(s.log) /\ common < Len(o.log)
      agree   == common > s.received
      more    == common = Len(s.log) /\ common < Len(o.log)
  IN  /\ o.log # <<>> /\ o.by # {r}
      /\ ~(rep[r].role = "leader" /\ rep[r].epoch = e)
      /\ IsSent(r, o.log)
      /\ differ \/ agree \/ more
      /\ Become(r,
           IF differ THEN Land(after, Prefix(s.log, common))
           ELSE IF agree THEN after
           ELSE [Land(after, Append(s.log, o.log[common + 1])) EXCEPT !.received = common + 1],
           Nobody, office)
      /\ UNCHANGED spent

(* Follower.advanceCommit, by Heartbeat, Committed or Batches. Without     *)
(* TellsCommit nobody but leaders knows: what a follower knows makes it    *)
(* report what agrees before it was asked about it, and that it does agree *)
(* is LeaderHasAllCommitted.                                               *)
HearCommit(r) ==
  LET s == rep[r]
      c == Min(office[s.epoch].told, Min(s.received, s.durable))
  IN  /\ TellsCommit
      /\ s.role = "follower" /\ s.epoch > 0
      /\ c > s.commit
      /\ Become(r, [s EXCEPT !.commit = c, !.led = Sticky], Nobody, office)
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
  IN  /\ HandsOver /\ ~s.held /\ heir # r
      /\ office[s.epoch].acked[heir] >= Len(s.log)
      /\ s.commit = Len(s.log)
      /\ Become(r, [s EXCEPT !.held = TRUE], Nobody,
                [office EXCEPT ![s.epoch].called = @ \cup {heir}])
      /\ UNCHANGED spent

(* Leader.handOverFailed: ResumeAppends.                                   *)
Resume(r) ==
  /\ rep[r].held
  /\ Become(r, [rep[r] EXCEPT !.held = FALSE], Nobody, office)
  /\ UNCHANGED spent

(* Follower.received(StandNow), Candidate.standForLeader.                  *)
HearStandNow(r, e) ==
  /\ r \in office[e].called /\ e < MaxEpoch
  /\ MayStand(r, rep[r]) /\ rep[r].role = "follower"
  /\ StandIn(r, e + 1, TRUE)
  /\ UNCHANGED spent

-----------------------------------------------------------------------------
(* What goes wrong.                                                        *)

Spend(kind) == spent' = [spent EXCEPT ![kind] = @ + 1]

(* Starting over from the disk: ReplicaCore's constructor. The log says    *)
(* what the ballot may not have got round to, and that is saved.           *)
Restarted(s, log, ballot) ==
  LET e == Max(ballot.epoch, LastEpoch(log))
  IN  [Fresh EXCEPT
         !.epoch = e,
         !.vote = IF e = ballot.epoch THEN ballot.vote ELSE Nobody,
         !.saved = ballot,
         !.saving = SlowBallot /\ e > ballot.epoch /\ Variant # "promise-not-saved",
         !.log = log, !.durable = Len(log),
         !.copy = {[c EXCEPT !.started = TRUE] : c \in s.copy},
         !.spoke = s.spoke, !.lapsed = s.lapsed]

(* kill -9, a power cut, a sync that failed: what was not synced is lost.  *)
(* A part of it that is kept is one that was synced just before.           *)
Crash(r) ==
  LET s    == rep[r]
      kept == IF s.hurt = {} THEN s.durable ELSE Min(s.durable, Lowest(s.hurt) - 1)
  IN  /\ spent.crashes < MaxCrashes /\ TakesPart(s)
      /\ Become(r, Restarted(s, Prefix(s.log, kept), s.saved), Nobody, office)
      /\ Spend("crashes")

(* Planted: after a sync that failed the next one succeeds, and the system *)
(* believes it. What the disk lacks is in hurt.                            *)
SyncAgain(r) ==
  LET s == rep[r]
  IN  /\ Variant = "sync-again" /\ s.durable < Len(s.log) /\ TakesPart(s)
      /\ Become(r, [s EXCEPT !.durable = Len(s.log), !.hurt = (s.durable + 1)..Len(s.log)],
                Nobody, office)
      /\ UNCHANGED spent

(* Damage is found when the log is opened, or by who reads, which fences   *)
(* the replica until it is opened again. Mending then: it takes no part,   *)
(* no vote, no acknowledgement, no refusal.                                *)
DamageRecord(r, lsn) ==
  LET s    == rep[r]
      open == IF s.role = "mending" THEN s ELSE Restarted(s, Prefix(s.log, s.durable), s.saved)
  IN  /\ spent.damage < MaxDamage
      /\ lsn <= s.durable /\ lsn \notin s.hurt
      /\ Become(r,
           IF Variant = "damage-is-the-end" THEN Restarted(s, Prefix(s.log, lsn - 1), s.saved)
           ELSE [open EXCEPT !.role = "mending", !.saving = FALSE, !.hurt = @ \cup {lsn}],
           Nobody, office)
      /\ Spend("damage")

(* Mending, RepairAnswers: the very same record, from whoever has it, is   *)
(* it committed or not, does that one take part or mend itself. That it is *)
(* the same is known by the chain of checksums. When all is there it is    *)
(* opened as who it was.                                                   *)
Repair(r, lsn, peer) ==
  LET s    == rep[r]
      p    == rep[peer]
      log  == [s.log EXCEPT ![lsn] = p.log[lsn]]
      hurt == s.hurt \ {lsn}
  IN  /\ s.role = "mending" /\ peer # r
      /\ p.role # "gone" /\ lsn <= Len(p.log) /\ lsn \notin p.hurt
      /\ p.log[lsn] = s.log[lsn] \/ Variant = "repair-takes-any"
      /\ Become(r, IF hurt = {} THEN Restarted(s, log, s.saved)
                   ELSE [s EXCEPT !.log = log, !.hurt = hurt], Nobody, office)
      /\ UNCHANGED spent

(* The ballot or the members cannot be read, or not even what the last     *)
(* record was: the node does not start, until its directory is removed.    *)
DamageBallot(r) ==
  LET s == rep[r]
  IN  /\ spent.damage < MaxDamage
      /\ Become(r,
           IF Variant = "ballot-is-zero"
           THEN Restarted(s, Prefix(s.log, s.durable), Fresh.saved)
           ELSE Gone(s),
           Nobody, office)
      /\ Spend("damage")

(* The disk is lost, and so is the member. Its node comes back with an     *)
(* incarnation of its own, another one of Members, which has promised and  *)
(* acknowledged nothing, and which no leader sends anything before it has  *)
(* made it a learner: Founding, MembersStore.                              *)
Wipe(r) ==
  LET s == rep[r]
  IN  /\ spent.wipes < MaxWipes
      /\ Become(r,
           IF Variant = "wiped-keeps-identity" THEN [Fresh EXCEPT !.lapsed = s.lapsed] ELSE Gone(s),
           Nobody, office)
      /\ Spend("wipes")

(* A disk as it was some time ago: Admission, Recognition. Each process of *)
(* a node takes an age, higher than any before, and nobody hears a word    *)
(* of it that counts before remembering that. Who comes back with less     *)
(* than somebody remembers comes back as one whose disk was lost.          *)
(*                                                                         *)
(*   age 4          copy      age 5                     age 5 again        *)
(*   ---------------[  ]------x-------- ack, vote ------[  ]-------->      *)
(*                            who hears remembers 5     it says so         *)
(*                                                                         *)
(* The copy is made while the node is down. One that is made while it runs *)
(* is known for one only after the age was raised: a variant.              *)
Copy(s, started) ==
  {[log |-> Prefix(s.log, s.durable), saved |-> s.saved, started |-> started, known |-> {}]}

CopyDisk(r) ==
  LET s == rep[r]
  IN  /\ spent.rollbacks < MaxRollbacks /\ TakesPart(s)
      /\ \A m \in Members : rep[m].copy = {}
      /\ IF Variant = "rolled-back-in-same-run"
         THEN /\ Become(r, [s EXCEPT !.copy = Copy(s, FALSE)], Nobody, office)
              /\ UNCHANGED spent
         ELSE /\ spent.crashes < MaxCrashes
              /\ Become(r, [Restarted(s, Prefix(s.log, s.durable), s.saved) EXCEPT
                              !.copy = Copy(s, TRUE)], Nobody, office)
              /\ Spend("crashes")

(* If nobody remembers better, it has said nothing since.                  *)
RollBack(r) ==
  \E c \in rep[r].copy :
    LET heard == IF Variant \in {"rolled-back-keeps-identity", "rolled-back-unheard"} THEN {}
                 ELSE {m \in c.known : rep[m].role # "gone"}
        back  == Restarted(rep[r], c.log, c.saved)
    IN  /\ spent.rollbacks < MaxRollbacks
        /\ Become(r, IF heard = {} THEN [back EXCEPT !.copy = {}] ELSE Gone(rep[r]),
                  Nobody, office)
        /\ Spend("rollbacks")

-----------------------------------------------------------------------------
(* Members. Learners get everything and decide nothing.                    *)
(*                                                                         *)
(*   anchor of e committed ---> change appended: holds from here           *)
(*                                        |  committed by a quorum of it   *)
(*                                        +---> next change may begin      *)
(*                                                                         *)
(* Leader.objectionTo. A leader never removes itself. That a learner has   *)
(* caught up before it is promoted, and that enough are heard before one   *)
(* is removed, serves liveness alone: here it need not be so.              *)
Change(r, voters, learners) ==
  LET s == rep[r]
  IN  /\ ~s.held /\ Len(s.log) < MaxLsn
      /\ ConfigLsn(s.log) <= s.commit \/ Variant = "change-before-commit"
      /\ EpochAt(s.log, s.commit) = s.epoch
           \/ Variant \in {"change-before-anchor", "change-before-commit"}
      /\ WriteRecord(r, Record(s.epoch, voters, learners))
      /\ Spend("changes")

(* Where members get lost, Succession: the heir of one that is gone begins *)
(* as a learner, is promoted, and then its former self is removed. Else as *)
(* people ask for it.                                                      *)
Succeeds == MaxWipes + MaxRollbacks > 0

MayJoin(m) ==
  /\ m \notin FirstVoters /\ rep[m].role # "gone"
  /\ Succeeds => \E former \in Members : rep[former].role = "gone"

MayLeave(m, now) == Succeeds => (rep[m].role = "gone" /\ ~ now \subseteq FirstVoters)

ChangeMembers(r, m) ==
  LET voters   == Voters(rep[r].log)
      learners == Learners(rep[r].log)
  IN  /\ spent.changes < MaxChanges /\ m # r
      /\ \/ m \notin voters \cup learners /\ MayJoin(m) /\ Change(r, voters, learners \cup {m})
         \/ m \in learners /\ Change(r, voters \cup {m}, learners \ {m})
         \/ m \in voters \cup learners /\ MayLeave(m, voters)
              /\ Change(r, voters \ {m}, learners \ {m})

-----------------------------------------------------------------------------
NothingSpent == [crashes |-> 0, damage |-> 0, wipes |-> 0, rollbacks |-> 0, changes |-> 0]

(* FirstLeader has been elected by all, and all have its anchor.           *)
Led(l) ==
  LET anchor == <<Data(1)>>
  IN  /\ rep = [m \in Members |->
                 IF m \notin FirstVoters THEN Fresh
                 ELSE [Fresh EXCEPT
                        !.epoch = 1, !.vote = l, !.saved = [epoch |-> 1, vote |-> l],
                        !.role = IF m = l THEN "leader" ELSE "follower",
                        !.log = anchor, !.durable = 1,
                        !.received = IF m = l THEN 0 ELSE 1,
                        !.commit = IF m = l THEN 1 ELSE 0]]
      /\ office = [e \in Epochs |->
                    IF e > 1 THEN Closed
                    ELSE [Closed EXCEPT
                           !.by = {l}, !.log = anchor, !.told = IF TellsCommit THEN 1 ELSE 0,
                           !.acked = [m \in Members |->
                                       IF m \in FirstVoters \ {l} THEN 1 ELSE 0]]]
      /\ chosen = <<[record |-> Data(1), at |-> 1]>>

Init ==
  /\ spent = NothingSpent
  /\ IF FirstLeader # Nobody THEN Led(FirstLeader)
     ELSE /\ rep = [m \in Members |-> Fresh]
          /\ office = [e \in Epochs |-> Closed]
          /\ chosen = <<>>

Votes(r) == \E cand \in {m \in Members : rep[m].role = "candidate"} : HearAskVote(r, cand)

Leads(r) ==
  \/ AppendRecord(r) \/ Resume(r) \/ StepDown(r)
  \/ \E m \in Members : HandOver(r, m) \/ ChangeMembers(r, m)

GoesWrong(r) ==
  \/ Crash(r) \/ SyncAgain(r) \/ DamageBallot(r) \/ Wipe(r) \/ CopyDisk(r) \/ RollBack(r)
  \/ \E lsn \in 1..Len(rep[r].log) : DamageRecord(r, lsn)

Next ==
  \E r \in Members :
    \/ /\ TakesPart(rep[r])
       /\ \/ \E e \in Max(1, rep[r].epoch)..MaxEpoch :
               Stand(r, e) \/ HearLeader(r, e) \/ HearStandNow(r, e) \/ TakeBatches(r, e)
          \/ Votes(r) \/ BallotSaved(r) \/ Silence(r) \/ Sync(r) \/ HearCommit(r)
    \/ rep[r].role = "leader" /\ Leads(r)
    \/ \E lsn \in rep[r].hurt, peer \in Members : Repair(r, lsn, peer)
    \/ rep[r].role # "gone" /\ GoesWrong(r)

Spec == Init /\ [][Next]_vars

(* Members that begin alike are alike.                                     *)
Alike ==
  Permutations(FirstVoters \ {FirstLeader}) \cup Permutations(Members \ FirstVoters)

(* For a model that is to show one thing only: a learner is added in epoch *)
(* 1, and whoever leads later writes one record.                           *)
AddThenOneRecord ==
  \A e \in Epochs :
    LET log == office[e].log
    IN  (Len(log) > 1 => log[2].voters # {}) /\ (Len(log) > 2 => log[3].epoch > 1)

-----------------------------------------------------------------------------
(* The promises of DESIGN.                                                 *)

OneLeaderPerEpoch == \A e \in Epochs : Cardinality(office[e].by) <= 1

(* One (LSN, epoch), one record, and all before it as well. A log's epochs *)
(* never fall.                                                             *)
LogsAgree ==
  \A a, b \in Members : rep[a].log = rep[b].log \/
    \A i \in 1..Min(Len(rep[a].log), Len(rep[b].log)) :
      (rep[a].log[i].epoch = rep[b].log[i].epoch) =>
         \A j \in 1..i : rep[a].log[j] = rep[b].log[j]

Holds(log, c) == c <= Len(chosen) /\ c <= Len(log) /\ \A i \in 1..c : log[i] = chosen[i].record

(* A leader has all that was committed in epochs before its own.           *)
LeaderHasAllCommitted ==
  \A r \in Members : rep[r].role = "leader" =>
    \A i \in 1..Len(chosen) : chosen[i].at < rep[r].epoch =>
      i <= Len(rep[r].log) /\ rep[r].log[i] = chosen[i].record

(* What anybody calls committed is what was committed, and nobody drops it.*)
CommittedStays ==
  /\ LeaderHasAllCommitted
  /\ \A r \in Members : Holds(rep[r].log, rep[r].commit)

(* Who has said a word in epoch e says none in a lower one.                *)
Fenced == \A r \in Members : ~rep[r].lapsed

(* The members that would vote for r, by their logs alone.                 *)
Willing(r) ==
  {m \in Voters(rep[r].log) : rep[m].role # "gone" /\ ~Ahead(rep[m].log, rep[r].log)}

Electable(r) == MayStand(r, rep[r]) /\ IsQuorum(Willing(r), Voters(rep[r].log))

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
  \A e \in Epochs : office[e].called # {} =>
    \A r \in Members : (rep[r].role = "leader" /\ rep[r].epoch = e) => rep[r].held

(* Who hears a leader votes for nobody else, unless the leader wants it.   *)
Stickiness ==
  [][ \A r \in Members :
        (IsLed(rep[r]) /\ rep'[r].epoch > rep[r].epoch /\ rep'[r].vote \notin {Nobody, r}) =>
           rep[rep'[r].vote].handed ]_vars

(* Not promises: what a model must be able to do, lest it hold because     *)
(* nothing happens in it.                                                  *)

(* An heir votes, its former self is no member any more, committed.        *)
NobodySucceeds ==
  \A r \in Members : rep[r].role = "leader" =>
    LET voters == Voters(Prefix(rep[r].log, rep[r].commit))
    IN  voters \subseteq FirstVoters \/ FirstVoters \subseteq voters

(* All that was damaged is whole again.                                    *)
NobodyMends == spent.damage < MaxDamage \/ \E m \in Members : ~TakesPart(rep[m])
=============================================================================
