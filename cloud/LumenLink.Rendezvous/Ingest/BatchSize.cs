namespace LumenLink.Rendezvous.Ingest;

/// <summary>
/// How many frames one transaction may take. A full batch that was quick earns the next one a few frames more; one that
/// took too long halves it, for as long as halving makes commits shorter. A store that takes the same time for half as
/// much is slow for a reason of its own: small batches would cost its throughput and win nothing, and are taken back.
/// </summary>
internal sealed class BatchSize
{
    private TimeSpan beforeCut = TimeSpan.MaxValue;

    /// <summary>Frames of the next batch at most.</summary>
    public int Frames { get; private set; } = IngestPolicy.BatchFrames;

    /// <summary>Sightings that close the next batch.</summary>
    public int Sightings => Frames * IngestPolicy.BatchSightingsPerFrame;

    /// <summary>Learns from a commit.</summary>
    /// <param name="frames">Frames that it had.</param>
    /// <param name="sightings">Sightings that it had.</param>
    /// <param name="took">Its time.</param>
    public void Committed(int frames, int sightings, TimeSpan took)
    {
        bool isFull = frames >= Frames || sightings >= Sightings;
        if (took <= IngestPolicy.CommitTarget)
        {
            beforeCut = TimeSpan.MaxValue;
            if (isFull)
                Frames = Math.Min(Frames + IngestPolicy.BatchStep, IngestPolicy.BatchFrames);
            return;
        }

        // Of a batch that was not full nothing is learnt: a smaller bound would not have made it smaller.
        if (!isFull)
            return;
        bool isInVain = beforeCut < TimeSpan.MaxValue && took > beforeCut * IngestPolicy.CutPaysBelow;
        beforeCut = isInVain ? TimeSpan.MaxValue : took;
        Frames = isInVain
            ? Math.Min(Frames * 2, IngestPolicy.BatchFrames)
            : Math.Max(Frames / 2, IngestPolicy.MinBatchFrames);
    }
}
