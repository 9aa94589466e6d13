using System;
using System.IO;
using LumenLink.Beacon.Queue;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// A folder on internal flash (littlefs). What is written is durable only once the file is closed; what replaces
    /// a file is written under another name and then moved into place. What throws is an outcome here.
    /// </summary>
    public sealed class FlashFolder : ISegmentFiles
    {
        /// <summary>Ends the name of a file that is not in its place yet.</summary>
        public const string NewSuffix = ".new";

        private readonly string _path;

        /// <summary>Opens the folder and makes it if it is not there.</summary>
        /// <param name="path">Path without a separator at its end.</param>
        public FlashFolder(string path)
        {
            _path = path;
            try
            {
                if (!Directory.Exists(path))
                {
                    Directory.CreateDirectory(path);
                }
            }
            catch (Exception)
            {
                // Shows with the first write, which then fails and is counted.
            }
        }

        /// <inheritdoc/>
        public string[] List()
        {
            try
            {
                string[] paths = Directory.GetFiles(_path);
                for (int i = 0; i < paths.Length; i++)
                {
                    paths[i] = paths[i].Substring(paths[i].LastIndexOf('\\') + 1);
                }

                return paths;
            }
            catch (Exception)
            {
                return new string[0];
            }
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] target, int count)
        {
            FileStream? stream = null;
            try
            {
                stream = new FileStream(PathOf(name), FileMode.Open, FileAccess.Read);
                stream.Position = position;
                return stream.Read(target, 0, count);
            }
            catch (Exception)
            {
                return 0;
            }
            finally
            {
                Close(stream);
            }
        }

        /// <inheritdoc/>
        public bool Append(string name, bool isNew, byte[] content, int count)
        {
            try
            {
                Write(PathOf(name), isNew ? FileMode.Create : FileMode.Append, content, count);
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            try
            {
                string path = PathOf(name);
                if (File.Exists(path))
                {
                    File.Delete(path);
                }
            }
            catch (Exception)
            {
                // The file stays; a record that is sent again is stored once.
            }
        }

        /// <summary>
        /// Replaces a file: the old or the new content is there, whenever power fails. Between removing the
        /// old and moving the new one, only the new one is there, closed; <see cref="ReadReplaced"/> knows.
        /// </summary>
        public bool Replace(string name, byte[] content, int count)
        {
            try
            {
                if (!File.Exists(PathOf(name)) && File.Exists(PathOf(name + NewSuffix)))
                {
                    File.Move(PathOf(name + NewSuffix), PathOf(name));
                }

                Write(PathOf(name + NewSuffix), FileMode.Create, content, count);
                if (File.Exists(PathOf(name)))
                {
                    File.Delete(PathOf(name));
                }

                File.Move(PathOf(name + NewSuffix), PathOf(name));
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <summary>Content of a file that <see cref="Replace"/> writes; null if there is none.</summary>
        public byte[]? ReadReplaced(string name)
        {
            return ReadWhole(name) ?? ReadWhole(name + NewSuffix);
        }

        private byte[]? ReadWhole(string name)
        {
            try
            {
                string path = PathOf(name);
                return File.Exists(path) ? File.ReadAllBytes(path) : null;
            }
            catch (Exception)
            {
                return null;
            }
        }

        private static void Write(string path, FileMode mode, byte[] content, int count)
        {
            FileStream stream = new FileStream(path, mode, FileAccess.Write);
            try
            {
                stream.Write(content, 0, count);
            }
            finally
            {
                stream.Close();
            }
        }

        private static void Close(FileStream? stream)
        {
            try
            {
                if (stream != null)
                {
                    stream.Close();
                }
            }
            catch (Exception)
            {
                // It was only read.
            }
        }

        private string PathOf(string name)
        {
            return _path + "\\" + name;
        }
    }
}
