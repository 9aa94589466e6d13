using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// The keyed pseudonym of an address (README section 4): the first 6 bytes of AES-128(key of the day, radio u8 ||
    /// address 6 || 9 zero bytes). Who calls computes AES.
    /// </summary>
    public static class Pseudonym
    {
        /// <summary>Bytes of the AES input and output.</summary>
        public const int BlockSize = WireSizes.Aes;

        /// <summary>Bytes of a pseudonym.</summary>
        public const int Size = WireSizes.Address;

        /// <summary>Writes the 16 bytes that AES encrypts.</summary>
        /// <param name="buffer">Takes the block.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="radio">Radio that heard the address.</param>
        /// <param name="address">Holds the 6 bytes, least significant first.</param>
        /// <param name="addressOffset">Where they start.</param>
        public static void InputBlock(byte[] buffer, int offset, Radio radio, byte[] address, int addressOffset)
        {
            buffer[offset] = (byte)radio;
            Array.Copy(address, addressOffset, buffer, offset + 1, WireSizes.Address);
            Array.Clear(buffer, offset + 1 + WireSizes.Address, BlockSize - 1 - WireSizes.Address);
        }

        /// <summary>Takes the pseudonym, least significant byte first, from AES' 16 bytes of output.</summary>
        public static void Take(byte[] output, int outputOffset, byte[] pseudonym, int offset)
        {
            Array.Copy(output, outputOffset, pseudonym, offset, Size);
        }
    }
}
