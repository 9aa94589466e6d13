using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// What holds the beacon's identity key: a chip, or <see cref="SoftwareKey"/> on a board that has none. Keys are X
    /// || Y and signatures R || S, 64 bytes, big-endian. Every call blocks for up to seconds and never throws. For one
    /// thread at a time.
    /// </summary>
    public interface ISecureElement
    {
        /// <summary>Where the identity key lives.</summary>
        KeyHome Home { get; }

        /// <summary>The public half of the identity key.</summary>
        /// <param name="key">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        ChipStatus ReadPublicKey(byte[] key, int offset);

        /// <summary>Raises the monotonic counter that numbers boots. A damaged answer may cost one number
        /// more.</summary>
        /// <param name="value">The counter after raising it; 0 on an error.</param>
        ChipStatus IncrementBootCounter(out uint value);

        /// <summary>The chip's serial number.</summary>
        /// <param name="serial">Gets 9 bytes.</param>
        /// <param name="offset">Where they go.</param>
        ChipStatus ReadSerial(byte[] serial, int offset);

        /// <summary>Random bytes from the chip.</summary>
        /// <param name="random">Gets 32 bytes.</param>
        /// <param name="offset">Where they go.</param>
        ChipStatus Random(byte[] random, int offset);

        /// <summary>Signs with the identity key. Keeps the ephemeral key.</summary>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        ChipStatus Sign(byte[] digest32, byte[] signature, int offset);

        /// <summary>Checks a signature by any key; <see cref="ChipStatus.Miscompare"/> when it is wrong.</summary>
        /// <param name="key">Holds the public key.</param>
        /// <param name="keyOffset">Where it starts.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Holds the signature.</param>
        /// <param name="signatureOffset">Where it starts.</param>
        ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset);

        /// <summary>Makes a new ephemeral key, which the chip holds until it sleeps or makes the next.</summary>
        /// <param name="key">Gets the public half, 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        ChipStatus GenerateEphemeral(byte[] key, int offset);

        /// <summary>The x coordinate that the ephemeral key shares with another's public key.</summary>
        /// <param name="peerKey">Holds the other's public key.</param>
        /// <param name="peerOffset">Where it starts.</param>
        /// <param name="secret32">Gets 32 bytes.</param>
        ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32);

        /// <summary>Puts the chip to rest, its ephemeral key kept.</summary>
        void Idle();

        /// <summary>Puts the chip to sleep; it forgets the ephemeral key.</summary>
        void Sleep();
    }
}
