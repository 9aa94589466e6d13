namespace LumenLink.Beacon.Queue
{
    /// <summary>The folder of the record queue. Never throws: a file system that fails is an outcome here.</summary>
    public interface IRecordFiles
    {
        /// <summary>Names of all files in the folder, in any order; none if it cannot be read.</summary>
        string[] List();

        /// <summary>A file's content, or null if it cannot be read.</summary>
        byte[]? Read(string name);

        /// <summary>
        /// Writes a file under a new name. True when it is durable: written, closed and
        /// moved into place. A power cut leaves the whole file or none under this name.
        /// </summary>
        /// <param name="name">Name without folder.</param>
        /// <param name="content">Holds the bytes.</param>
        /// <param name="count">How many, from the start.</param>
        bool Write(string name, byte[] content, int count);

        /// <summary>Deletes a file; one that is not there is no error.</summary>
        void Delete(string name);
    }
}
