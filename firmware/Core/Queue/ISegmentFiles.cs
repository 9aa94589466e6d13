namespace LumenLink.Beacon.Queue
{
    /// <summary>The folder of the record queue. Never throws: a file system that fails is an outcome here.</summary>
    public interface ISegmentFiles
    {
        /// <summary>Names of all files in the folder, in any order; none if it cannot be read.</summary>
        string[] List();

        /// <summary>Reads a part of a file.</summary>
        /// <param name="name">Name without folder.</param>
        /// <param name="position">First byte.</param>
        /// <param name="target">Takes the bytes from its start.</param>
        /// <param name="count">Bytes wanted.</param>
        /// <returns>Bytes read, fewer at the end of the file; 0 if there is none, or it cannot be read.</returns>
        int Read(string name, int position, byte[] target, int count);

        /// <summary>
        /// Adds bytes to the end of a file. True when they are durable: written and closed. When false, and after a
        /// power cut, none of them are there, or some, or all.
        /// </summary>
        /// <param name="name">Name without folder.</param>
        /// <param name="isNew">True to make the file anew, whatever was there under its name.</param>
        /// <param name="content">Holds the bytes.</param>
        /// <param name="count">How many, from the start.</param>
        bool Append(string name, bool isNew, byte[] content, int count);

        /// <summary>Deletes a file; one that is not there is no error.</summary>
        void Delete(string name);
    }
}
