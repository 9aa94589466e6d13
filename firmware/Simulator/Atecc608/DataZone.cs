namespace LumenLink.Simulator.Atecc608;

/// <summary>Sizes of the data slots and the OTP zone, and where keys lie in a slot.</summary>
internal static class DataZone
{
    internal const int SlotCount = 16;
    internal const int OtpSize = 64;
    internal const int TotalSize = (8 * 36) + 416 + (7 * 72);

    /// <summary>A stored public key is 4 pad bytes, X, 4 pad bytes, Y.</summary>
    internal const int PublicKeyPad = 4;

    private const int StoredPublicKeySize = (2 * PublicKeyPad) + P256.PublicKeySize;

    internal static bool HoldsPublicKey(int slot) => SlotSize(slot) >= StoredPublicKeySize;

    internal static int SlotSize(int slot) => slot < 8 ? 36 : slot == 8 ? 416 : 72;
}
