namespace LumenLink.Beacon.Control
{
    /// <summary>
    /// How far the trial of a signed configuration has come, and with that which one a boot runs with. A receipt under
    /// the one on trial proves it at any time.
    /// </summary>
    public enum ConfigStage : byte
    {
        /// <summary>None is on trial: the proven one runs, or none.</summary>
        Settled = 0,

        /// <summary>The one on trial runs. Without a receipt in time: <see cref="Before"/>.</summary>
        Trial = 1,

        /// <summary>
        /// The one before runs, to see whether the service is there at all. A receipt: <see cref="Retrial"/>. None in
        /// time: <see cref="Trial"/>, since an outage says nothing.
        /// </summary>
        Before = 2,

        /// <summary>
        /// The one on trial runs once more, and the service was there a moment ago. Without a receipt in time:
        /// <see cref="Verdict"/>.
        /// </summary>
        Retrial = 3,

        /// <summary>
        /// The one before runs again. A receipt: the one on trial is rolled back, since the service was there before
        /// and after it. None in time: <see cref="Trial"/>.
        /// </summary>
        Verdict = 4,
    }
}
