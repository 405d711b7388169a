"""`rasad up`: one program on one folder, as two processes that one parent starts and watches."""
