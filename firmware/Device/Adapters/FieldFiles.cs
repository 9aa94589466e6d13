using LumenLink.Beacon.Provisioning;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// What was decided in the field, in files of its own: the request to the next boot, and that the network was given
    /// there. The configuration file is the operator's and is not touched.
    /// </summary>
    public sealed class FieldFiles
    {
        /// <summary>Folder of records.</summary>
        public const string QueueFolder = "I:\\queue";

        /// <summary>Folder of small values.</summary>
        public const string ValuesFolder = "I:\\values";

        /// <summary>Folder of the identity key, on a board without a secure element. A reset leaves it.</summary>
        public const string IdentityFolder = "I:\\identity";

        private const string FieldFolder = "I:\\field";
        private const string RequestName = "request";
        private const string NetworkName = "network";

        private readonly FlashFolder _folder = new FlashFolder(FieldFolder);

        /// <summary>True if the network that the board has stored was given in the field.</summary>
        public bool HasNetwork
        {
            get { return _folder.ReadReplaced(NetworkName) != null; }
        }

        /// <summary>What the boot before left.</summary>
        public BootRequest ReadRequest()
        {
            byte[]? stored = _folder.ReadReplaced(RequestName);
            return stored != null && stored.Length == 1 ? (BootRequest)stored[0] : BootRequest.None;
        }

        /// <summary>Leaves a request to the next boot, or takes it back.</summary>
        /// <returns>False if the flash refused.</returns>
        public bool WriteRequest(BootRequest request)
        {
            return Write(RequestName, (byte)request);
        }

        /// <summary>
        /// Remembers that the board's network was given in the field, and wins over the configuration file.
        /// </summary>
        /// <returns>False if the flash refused.</returns>
        public bool MarkNetwork()
        {
            return Write(NetworkName, 1);
        }

        /// <summary>
        /// Erases what was gathered and given in the field: network, values, records; the request last. What the
        /// operator deployed stays, and so does the key that the operator enrolled. Done again from the start if the
        /// power went in between.
        /// </summary>
        public void Erase()
        {
            BoardWifi.Store("", "");
            Empty(new FlashFolder(QueueFolder));
            Empty(new FlashFolder(ValuesFolder));
            Remove(NetworkName);
            Remove(RequestName);
        }

        private static void Empty(FlashFolder folder)
        {
            string[] names = folder.List();
            for (int i = 0; i < names.Length; i++)
            {
                folder.Delete(names[i]);
            }
        }

        private bool Write(string name, byte value)
        {
            return _folder.Replace(name, new byte[] { value }, 1);
        }

        private void Remove(string name)
        {
            _folder.Delete(name);
            _folder.Delete(name + FlashFolder.NewSuffix);
        }
    }
}
