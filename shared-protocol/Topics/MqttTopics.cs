namespace LumenLink.Protocol
{
    /// <summary>Last level of a beacon's topic (README section 1).</summary>
    public enum TopicKind : byte
    {
        /// <summary>Not a topic of this protocol.</summary>
        None = 0,

        /// <summary>ll/1/{beacon id}/u: frames of the beacon.</summary>
        Up = 1,

        /// <summary>ll/1/{beacon id}/d: frames for the beacon.</summary>
        Down = 2,

        /// <summary>ll/1/{beacon id}/s: online or offline, never used for trust.</summary>
        StatusHint = 3,
    }

    /// <summary>Topic strings and the text form of a beacon id (README section 1).</summary>
    public static class MqttTopics
    {
        /// <summary>What every topic starts with.</summary>
        public const string Prefix = "ll/1/";

        /// <summary>Characters of a beacon id's text form.</summary>
        public const int IdTextLength = 11;

        /// <summary>Characters of every topic.</summary>
        public const int TopicLength = 5 + IdTextLength + 2;

        /// <summary>
        /// Frames of the beacon that the connection belongs to, where a receipt allowed it (README section 1).
        /// </summary>
        public const string ConnectionUp = "u";

        /// <summary>Filter for the frames of all beacons.</summary>
        public const string AllUp = "ll/1/+/u";

        /// <summary>Filter for the status hints of all beacons.</summary>
        public const string AllStatusHints = "ll/1/+/s";

        /// <summary>Status hint of a connected beacon.</summary>
        public const string Online = "online";

        /// <summary>Status hint of a beacon that left, and its will.</summary>
        public const string Offline = "offline";

        /// <summary>
        /// Text form of the 8-byte beacon id at <paramref name="offset"/>: also MQTT client id and user name.
        /// </summary>
        public static string IdText(byte[] beaconId, int offset)
        {
            return Base64Url.ToText(beaconId, offset, WireSizes.BeaconId);
        }

        /// <summary>Reads the text form of a beacon id; false, with the bytes undefined, if it is none.</summary>
        public static bool TryParseId(string text, byte[] beaconId, int offset)
        {
            return Base64Url.TryDecode(text, 0, text.Length, beaconId, offset, WireSizes.BeaconId);
        }

        /// <summary>Topic of the frames that a beacon sends.</summary>
        public static string Up(string idText)
        {
            return Prefix + idText + "/u";
        }

        /// <summary>Topic of the frames that a beacon receives.</summary>
        public static string Down(string idText)
        {
            return Prefix + idText + "/d";
        }

        /// <summary>Topic of a beacon's status hint.</summary>
        public static string StatusHint(string idText)
        {
            return Prefix + idText + "/s";
        }

        /// <summary>
        /// Reads a topic. Returns <see cref="TopicKind.None"/>, with the bytes undefined, for anything but the exact
        /// form that the methods above give.
        /// </summary>
        /// <param name="topic">Topic as the broker has it.</param>
        /// <param name="beaconId">Takes the 8-byte beacon id.</param>
        /// <param name="offset">Where it starts.</param>
        public static TopicKind Parse(string topic, byte[] beaconId, int offset)
        {
            if (topic.Length != TopicLength || topic[TopicLength - 2] != '/')
            {
                return TopicKind.None;
            }

            for (int i = 0; i < Prefix.Length; i++)
            {
                if (topic[i] != Prefix[i])
                {
                    return TopicKind.None;
                }
            }

            if (!Base64Url.TryDecode(topic, Prefix.Length, IdTextLength, beaconId, offset, WireSizes.BeaconId))
            {
                return TopicKind.None;
            }

            switch (topic[TopicLength - 1])
            {
                case 'u':
                    return TopicKind.Up;
                case 'd':
                    return TopicKind.Down;
                case 's':
                    return TopicKind.StatusHint;
                default:
                    return TopicKind.None;
            }
        }
    }
}
