using LumenLink.Protocol;

namespace LumenLink.Beacon.Status
{
    /// <summary>What the board knows of itself.</summary>
    public interface IBoardHealth
    {
        /// <summary>Fills in heap and Wi-Fi signal; leaves alone what it does not know.</summary>
        void Describe(StatusBody status);
    }
}
