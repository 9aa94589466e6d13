namespace LumenLink.Beacon.Supervision
{
    /// <summary>The board's power.</summary>
    public interface IBoardPower
    {
        /// <summary>Boots the board anew. On a board it does not return; where it does, nothing has happened.</summary>
        void Reboot();
    }
}
