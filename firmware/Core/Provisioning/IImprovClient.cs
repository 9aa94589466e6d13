namespace LumenLink.Beacon.Provisioning
{
    /// <summary>The other end of provisioning: reads what is shown here, and is notified of it.</summary>
    public interface IImprovClient
    {
        /// <summary>Shows a state. Also on air, for those who look for a beacon.</summary>
        void ShowState(ImprovState state);

        /// <summary>Shows an error, or that there is none.</summary>
        void ShowError(ImprovError error);

        /// <summary>Shows the result of a command.</summary>
        /// <param name="packet">Holds the result's packet from its start; the receiver copies it.</param>
        /// <param name="count">Its bytes.</param>
        void ShowResult(byte[] packet, int count);
    }
}
