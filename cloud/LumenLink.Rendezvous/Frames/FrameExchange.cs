using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Frames;

/// <summary>The frames of one post: up into the pipeline, what comes out down in the answer.</summary>
internal sealed class FrameExchange(FrameIntake intake, PostGate gate, LateFrames late, LumenMetrics metrics)
{
    /// <summary>Takes the frames of a body and waits, boundedly, for their answers.</summary>
    /// <param name="beacon">The authenticated sender.</param>
    /// <param name="body">Holds the body from its start.</param>
    /// <param name="count">Bytes of the body.</param>
    /// <returns>The outcome; the body down when it is <see cref="PostOutcome.Answered"/>.</returns>
    public async Task<(PostOutcome Outcome, byte[] Down)> RunAsync(BeaconId beacon, byte[] body, int count)
    {
        WireError error = FrameList.Check(body, count);
        if (error != WireError.None)
        {
            IngestOutcome outcome = IngestOutcomes.Of(error);
            metrics.Frames(outcome).Inc();
            gate.Note(beacon, outcome);
            return (PostOutcome.Malformed, []);
        }

        Answers answers = new(late, beacon);
        List<Task<IngestOutcome?>> taking = [];
        for (int at = 0; at < count;)
        {
            int from = at + FrameList.LengthSize;
            at = from + FrameList.LengthAt(body, at);
            int index = taking.Count;
            taking.Add(intake.TakeAsync(
                beacon, body[from..at], FrameDoor.Http, answer => DeliverAsync(answers, beacon, index, answer),
                IngestPolicy.AnswerPostWithin));
        }

        IngestOutcome?[] outcomes = await Task.WhenAll(taking);
        byte[] down = answers.Close();
        if (answers.IsRevoked)
            return (PostOutcome.NotAuthorized, []);
        return down.Length == 0 && outcomes.Any(outcome => outcome is null || IngestOutcomes.IsOurs(outcome.Value))
            ? (PostOutcome.StoreUnavailable, [])
            : (PostOutcome.Answered, down);
    }

    private Task DeliverAsync(Answers answers, BeaconId beacon, int index, FrameAnswer answer)
    {
        answers.Add(index, answer);
        gate.Note(beacon, answer.Outcome);
        return Task.CompletedTask;
    }

    /// <summary>What has come out so far, in the order of the frames; once closed, what comes is late.</summary>
    private sealed class Answers(LateFrames late, BeaconId beacon)
    {
        private readonly Lock gate = new();
        private readonly SortedList<int, ReadOnlyMemory<byte>> frames = [];
        private readonly List<ReadOnlyMemory<byte>> behind = [];
        private bool isClosed;

        public bool IsRevoked { get; private set; }

        public void Add(int index, FrameAnswer answer)
        {
            lock (gate)
            {
                IsRevoked |= answer.EndConnection;
                if (isClosed)
                {
                    KeepLate(answer.Reply.IsEmpty ? answer.Behind : [answer.Reply, .. answer.Behind]);
                    return;
                }

                if (!answer.Reply.IsEmpty)
                    frames.Add(index, answer.Reply);
                behind.AddRange(answer.Behind);
            }
        }

        /// <summary>
        /// The body down: late frames of earlier posts, answers, what the beacon is to do; what has no room is late.
        /// </summary>
        public byte[] Close()
        {
            lock (gate)
            {
                isClosed = true;
                byte[] body = new byte[WireLimits.MaxPostBytes];
                int length = 0;
                List<ReadOnlyMemory<byte>> earlier = late.Take(beacon, WireLimits.MaxPostFrames - frames.Count);
                int room = Math.Min(behind.Count, WireLimits.MaxPostFrames - frames.Count - earlier.Count);
                foreach (ReadOnlyMemory<byte> frame in earlier.Concat(frames.Values).Concat(behind.Take(room)))
                    length = FrameList.Append(body, length, frame.ToArray(), frame.Length);
                KeepLate(behind.Skip(room));
                return body[..length];
            }
        }

        private void KeepLate(IEnumerable<ReadOnlyMemory<byte>> more)
        {
            foreach (ReadOnlyMemory<byte> frame in more)
                late.Keep(beacon, frame);
        }
    }
}
