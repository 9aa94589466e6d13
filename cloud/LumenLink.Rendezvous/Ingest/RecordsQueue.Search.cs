using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Ingest;

internal sealed partial class RecordsQueue
{
    /// <summary>Records that the store refused by themselves, and how many commits had stored something then.</summary>
    private readonly Dictionary<RecordKey, long> suspects = [];

    private long storingCommits;

    /// <summary>
    /// Finds what the store refuses: halves the frames, then the records of a frame, commits each part that it takes,
    /// and sets the records aside that it takes in no company. That is done only if it stored others since it refused
    /// them first: a store that refuses everything has a fault of its own, and then the beacons keep their records.
    /// </summary>
    private async Task SearchAsync(PendingFrame[] frames, string refusal, CancellationToken cancellationToken)
    {
        logger.CommitRefused(frames.Length, refusal);
        Search search = new(storingCommits);
        try
        {
            if (frames.Length > 1)
                await DivideAsync(frames, search, cancellationToken);
            else
                await DivideRecordsAsync(frames[0], search, refusal, cancellationToken);
            if (!search.HasFailed)
                await SetAsideAsync(search.Found, cancellationToken);
        }
        finally
        {
            int left = frames.Count(
                entry => undecided.Settle(entry, FrameAnswer.Of(IngestOutcome.StoreUnavailable)));
            if (left > 0)
                logger.CommitGivenUp(left);
            Clear();
        }
    }

    /// <summary>Commits and answers the frames that the store takes whole.</summary>
    private async Task DivideAsync(PendingFrame[] frames, Search search, CancellationToken cancellationToken)
    {
        Stack<PendingFrame[]> parts = [];
        Divide(frames);
        while (!search.IsOver && parts.TryPop(out PendingFrame[]? part))
        {
            Fill(part, RecordSpan.All);
            CommitAttempt attempt = await TryAsync(search, cancellationToken);
            if (attempt.IsDone)
                AnswerAll();
            else if (attempt.Refusal is not { } refusal)
                return;
            else if (part.Length > 1)
                Divide(part);
            else
                await DivideRecordsAsync(part[0], search, refusal, cancellationToken);
        }

        void Divide(PendingFrame[] part)
        {
            int half = part.Length / 2;
            parts.Push(part[half..]);
            parts.Push(part[..half]);
        }
    }

    /// <summary>Commits the records of a refused frame that the store takes, and notes the others.</summary>
    private async Task DivideRecordsAsync(
        PendingFrame entry, Search search, string refusal, CancellationToken cancellationToken)
    {
        Fill([entry], RecordSpan.All);
        Stack<RecordSpan> parts = [];
        Divide(new RecordSpan(0, batch.Records.Count), refusal);
        while (parts.TryPop(out RecordSpan part))
        {
            if (search.IsOver)
                return;
            Fill([entry], part);
            CommitAttempt attempt = await TryAsync(search, cancellationToken);
            if (attempt.IsDone)
                CountPart(entry);
            else if (attempt.Refusal is { } reason)
                Divide(part, reason);
        }

        if (!search.HasFailed)
            search.Found.Add(entry);

        void Divide(RecordSpan part, string reason)
        {
            if (part.Count <= 1)
            {
                entry.SetAside[part.First] = reason;
                Suspect(search.Before);
                return;
            }

            int half = part.Count / 2;
            parts.Push(new RecordSpan(part.First + half, part.Count - half));
            parts.Push(new RecordSpan(part.First, half));
        }
    }

    /// <summary>Commits each frame once more, with its receipt: what was found in it is set aside.</summary>
    private async Task SetAsideAsync(List<PendingFrame> found, CancellationToken cancellationToken)
    {
        foreach (PendingFrame entry in found)
        {
            Fill([entry], RecordSpan.All);
            RecordKey[] keys = [.. batch.Poisoned.Select(poisoned => KeyOf(batch.Records[poisoned.Record]))];
            if (!Array.TrueForAll(keys, HasStoredSince) || !(await TryCommitAsync(cancellationToken)).IsDone)
                continue;
            AnswerAll();
            foreach (RecordKey key in keys)
                suspects.Remove(key);
        }
    }

    private bool HasStoredSince(RecordKey key) => suspects.TryGetValue(key, out long before) && storingCommits > before;

    /// <summary>Notes the one record of the batch, unless it is.</summary>
    private void Suspect(long before)
    {
        if (suspects.Count == IngestPolicy.MaxSuspects)
            suspects.Clear();
        suspects.TryAdd(KeyOf(batch.Records[0]), before);
    }

    private RecordKey KeyOf(RecordEntry record)
    {
        GroupEntry group = batch.Groups[record.Group];
        return new RecordKey(unchecked((long)batch.Frames[group.Frame].Beacon.Value), group.Boot, record.Sequence);
    }

    private void CountPart(PendingFrame entry)
    {
        if (batch.Frames[0].Outcome != CommitOutcome.Committed)
            return;
        CountStored(..batch.Records.Count);
        PublishSightings(entry, ..batch.Sightings.Count);
    }

    private async Task<CommitAttempt> TryAsync(Search search, CancellationToken cancellationToken)
    {
        search.Commits++;
        CommitAttempt attempt = await TryCommitAsync(cancellationToken);
        search.HasStored |= storingCommits > search.Before;
        search.HasFailed |= attempt is { IsDone: false, Refusal: null };
        return attempt;
    }

    private void Fill(PendingFrame[] frames, RecordSpan part)
    {
        Clear();
        foreach (PendingFrame entry in frames)
            Add(entry, part);
    }

    /// <param name="before">Commits that had stored something before.</param>
    private sealed class Search(long before)
    {
        /// <summary>Commits that had stored something before.</summary>
        public long Before => before;

        /// <summary>Commits so far.</summary>
        public int Commits { get; set; }

        /// <summary>The store took a new record meanwhile.</summary>
        public bool HasStored { get; set; }

        /// <summary>Frames whose good records are stored and whose others are known.</summary>
        public List<PendingFrame> Found { get; } = [];

        /// <summary>The store failed, for no reason of the frames.</summary>
        public bool HasFailed { get; set; }

        /// <summary>True when no further commit is tried.</summary>
        public bool IsOver => HasFailed || Commits >= IngestPolicy.MaxSearchCommits
            || (!HasStored && Commits >= IngestPolicy.MaxSearchInVain);
    }
}
