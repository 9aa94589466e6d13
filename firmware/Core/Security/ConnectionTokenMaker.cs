using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>Makes MQTT passwords, each good for one connection.</summary>
    public sealed class ConnectionTokenMaker
    {
        private readonly ISecureElement _chip;
        private readonly BeaconIdentity _identity;
        private readonly string _audience;
        private readonly MessageDigest _digest = new MessageDigest();
        private readonly ConnectionToken _token = new ConnectionToken();
        private readonly byte[] _message = new byte[SignedMessages.MaxTokenSize];
        private readonly byte[] _hash = new byte[WireSizes.Hash];

        /// <summary>A maker for one service.</summary>
        /// <param name="chip">Signs.</param>
        /// <param name="identity">Whose token; loaded before the first is made.</param>
        /// <param name="audience">Name of the service that this beacon was provisioned for: 1 to 64 printable ASCII
        /// characters.</param>
        /// <exception cref="ArgumentException">The audience is not such a name.</exception>
        public ConnectionTokenMaker(ISecureElement chip, BeaconIdentity identity, string audience)
        {
            _chip = chip;
            _identity = identity;
            _audience = audience;
            if (SignedMessages.Token(_message, 0, identity.Id, audience, 0, 0) < 0)
            {
                throw new ArgumentException("The audience is 1 to 64 printable ASCII characters.");
            }
        }

        /// <summary>A new password.</summary>
        /// <param name="boot">Number of this boot.</param>
        /// <param name="connect">Rises with every connection of this boot, from 1; a number is never used
        /// twice.</param>
        /// <param name="password">98 characters; empty on an error.</param>
        public ChipStatus Make(uint boot, uint connect, out string password)
        {
            password = string.Empty;
            _token.Boot = boot;
            _token.Connect = connect;
            int length = SignedMessages.Token(_message, 0, _identity.Id, _audience, boot, connect);
            _digest.Start().Add(_message, length).Finish(_hash);
            ChipStatus status = _chip.Sign(_hash, _token.Signature, 0);
            if (status == ChipStatus.Ok)
            {
                password = _token.ToText();
            }

            return status;
        }
    }
}
